namespace Varve.TestKit;

/// <summary>The folder of shared test data: <c>VARVE_TEST_DATA</c>, else <c>../shared/data</c> beside the repository.</summary>
public static class TestData
{
    /// <summary>Why tests that need the folder are skipped.</summary>
    public const string Missing = "There is no folder of test data: set VARVE_TEST_DATA, or put it at ../shared/data beside the repository.";

    /// <summary>The folder, or null when there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>The full path of something in the folder, or null when it is not there.</summary>
    public static string? At(params ReadOnlySpan<string> parts)
    {
        var path = Folder is null ? null : Path.Combine([Folder, .. parts]);
        return Path.Exists(path) ? path : null;
    }

    static string? Find()
    {
        if (Environment.GetEnvironmentVariable("VARVE_TEST_DATA") is { Length: > 0 } named)
            return Directory.Exists(named) ? Path.GetFullPath(named) : null;
        var data = Path.GetFullPath(Path.Combine(RepositoryFolders.Root, "..", "shared", "data"));
        return Directory.Exists(data) ? data : null;
    }
}
