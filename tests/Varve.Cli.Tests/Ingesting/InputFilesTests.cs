using Varve.Cli.Ingesting;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Cli.Tests.Ingesting;

public sealed class InputFilesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public InputFilesTests()
    {
        foreach (var name in new[] { "b.log", "a.log.gz", "c.tmp", ".hidden", "x/1.log", "x/y/2.log", "x/.z/3.log" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
            File.WriteAllText(_folder.At(name), "");
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "a.log.gz b.log x/1.log x/y/2.log")]
    [InlineData("*.log", "b.log")]
    [InlineData("?.log*", "a.log.gz b.log")]
    [InlineData("**/*.log", "b.log x/1.log x/y/2.log")]
    [InlineData("x/**/2.log", "x/y/2.log")]
    [InlineData("*/*.log", "x/1.log")]
    [InlineData(".h*", ".hidden")]
    [InlineData("c.tmp", "c.tmp")]
    public void Files_folders_and_patterns_name_files_in_their_order(string argument, string expected)
    {
        var found = InputFiles.Find([_folder.At(argument)]);

        Assert.Equal(expected.Split(' '), found.Select(file => Path.GetRelativePath(_folder.FullPath, file)));
    }

    [Fact]
    public void A_file_that_is_named_twice_is_taken_once_and_standard_input_is_no_file()
    {
        var found = InputFiles.Find([_folder.At("b.log"), "-", _folder.At("*.log")]);

        Assert.Equal([_folder.At("b.log"), "-"], found);
    }

    [Theory]
    [InlineData("none.log")]
    [InlineData("*.csv")]
    [InlineData("none/*.log")]
    public void What_names_nothing_is_an_error(string argument)
    {
        var fault = Assert.Throws<VarveException>(() => InputFiles.Find([_folder.At("b.log"), _folder.At(argument)]));

        Assert.Equal(FaultKind.NotFound, fault.Kind);
        Assert.Contains(argument, fault.Message, StringComparison.Ordinal);
    }
}
