using System.Text;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.TestKit;

/// <summary>Small tables, and logs written by hand.</summary>
public static class TestTable
{
    /// <summary>The first lines of a log written by hand: the oldest protocol, one column, no partitions.</summary>
    public const string FirstLines =
        """
        {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
        {"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"x\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}}]}","partitionColumns":[],"configuration":{}}}
        """;

    /// <summary>A table of one long column <c>x</c> without partitions.</summary>
    public static TableDefinition Definition { get; } = new(new TableSchema([new DeltaField("x", DeltaType.Long)]), []);

    /// <summary>Settings of a writer that never waits between attempts.</summary>
    public static DeltaOptions Impatient { get; } = new() { BackoffMax = TimeSpan.Zero };

    /// <summary>Opens or makes the table <c>t</c> of <see cref="Definition"/>.</summary>
    public static Task<DeltaTable> OpenAsync(IObjectStore store, CancellationToken cancellationToken, DeltaOptions? options = null) =>
        DeltaTable.OpenOrCreateAsync(store, "t", Definition, options ?? Impatient, logger: null, cancellationToken);

    /// <summary>A file of an unpartitioned table; only the log knows of it.</summary>
    public static AddFile Add(string path, long size = 100) => new()
    {
        Path = path,
        PartitionValues = new Dictionary<string, string?>(),
        Size = size,
        ModificationTime = 0,
        DataChange = true,
    };

    /// <summary>A commit that adds the files.</summary>
    public static Commit Append(params ReadOnlySpan<string> paths) =>
        new() { Operation = "WRITE", Adds = [.. paths.ToArray().Select(path => Add(path))] };

    /// <summary>A commit that removes the files.</summary>
    public static Commit Delete(params ReadOnlySpan<string> paths) =>
        new() { Operation = "DELETE", Removes = [.. paths.ToArray().Select(path => new RemoveFile { Path = path, DeletionTimestamp = 1 })] };

    /// <summary>The path in the store of a commit of the table <c>t</c>.</summary>
    public static string CommitPath(long version) => $"t/_delta_log/{version:D20}.json";

    /// <summary>The path in the store of a checkpoint of the table <c>t</c>.</summary>
    public static string CheckpointPath(long version) => $"t/_delta_log/{version:D20}.checkpoint.parquet";

    /// <summary>Writes a commit of the table <c>t</c> as it is given.</summary>
    public static Task WriteCommitAsync(IObjectStore store, long version, string text, CancellationToken cancellationToken) =>
        store.PutAsync(CommitPath(version), Encoding.UTF8.GetBytes(text), cancellationToken);
}
