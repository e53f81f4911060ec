using Varve.Query.Formats;

namespace Varve.Cli.Commands;

/// <summary>Where an answer goes: standard output, or a file that is there under its name only once the answer is whole.</summary>
sealed class AnswerOutput : IDisposable
{
    static readonly Dictionary<string, string> FormatsByEnding = new(StringComparer.OrdinalIgnoreCase)
    {
        [".parquet"] = "parquet",
        [".arrow"] = "arrow",
        [".arrows"] = "arrow",
        [".csv"] = "csv",
        [".json"] = "json",
        [".ndjson"] = "ndjson",
        [".jsonl"] = "ndjson",
        [".txt"] = "table",
    };

    readonly string? _file;
    readonly string? _partial;

    AnswerOutput(RowFormat format, string? file)
    {
        (Format, _file) = (format, file);
        if (file is null)
        {
            Stream = Console.OpenStandardOutput();
            return;
        }

        _partial = $"{file}.{Environment.ProcessId}.tmp";
        Stream = new FileStream(_partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
    }

    public RowFormat Format { get; }

    public Stream Stream { get; }

    /// <summary>True when it goes to a file.</summary>
    public bool IsFile => _file is not null;

    /// <summary>Opens the output. Nothing of a file that has this name already is touched before <see cref="Keep"/>.</summary>
    /// <exception cref="UsageException">The format is unknown, or binary and would go to a terminal; or the file's folder is not there.</exception>
    public static AnswerOutput Open(string? file, string? format)
    {
        if (file is null)
        {
            if (format is "arrow" or "parquet" && !Console.IsOutputRedirected)
                throw new UsageException($"{format} is no text for a terminal: name a file with --output, or redirect the output.");
            return new AnswerOutput(RowFormat.Named(format ?? "table")!, null);
        }

        var name = format ?? FormatsByEnding.GetValueOrDefault(Path.GetExtension(file))
            ?? throw new UsageException($"The name {file} does not tell the format: end it with {string.Join(", ", FormatsByEnding.Keys)}, or give --format.");
        if (Directory.Exists(file) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
            throw new UsageException($"--output {file} cannot be written: it is a folder, or its folder is not there.");
        return new AnswerOutput(RowFormat.Named(name)!, file);
    }

    /// <summary>Says that the answer is whole: the file gets its name.</summary>
    public void Keep()
    {
        Stream.Dispose();
        if (_file is not null)
            File.Move(_partial!, _file, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        if (_partial is not null)
            File.Delete(_partial);
    }
}
