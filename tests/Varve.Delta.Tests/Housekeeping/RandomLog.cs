using Varve.Delta.Actions;
using Varve.TestKit;

namespace Varve.Delta.Tests.Housekeeping;

/// <summary>Commits by chance: each legal after the ones before it.</summary>
sealed class RandomLog(int seed)
{
    readonly Random _random = new(seed);
    readonly Dictionary<string, AddFile> _live = [];
    int _files;

    /// <summary>The lines of the first version.</summary>
    public static IReadOnlyList<LogLine> First =>
    [
        new LogLine { Protocol = new TableProtocol { MinReaderVersion = 3, MinWriterVersion = 7, ReaderFeatures = ["v2Checkpoint"], WriterFeatures = ["domainMetadata", "v2Checkpoint"] } },
        new LogLine { MetaData = Metadata(0) },
    ];

    /// <summary>The lines of one more version.</summary>
    public IReadOnlyList<LogLine> Next(long timeMs)
    {
        var lines = new List<LogLine> { new() { CommitInfo = new CommitInfo { Timestamp = timeMs } } };
        var touched = new HashSet<string>();
        foreach (var path in _live.Keys.Where(_ => _random.Next(4) == 0).ToList())
        {
            touched.Add(path);
            lines.Add(new LogLine { Remove = new RemoveFile { Path = path, DeletionTimestamp = timeMs, Size = _live[path].Size, ExtendedFileMetadata = true, PartitionValues = _live[path].PartitionValues } });
            _live.Remove(path);
        }

        for (var count = _random.Next(4); count > 0; count--)
        {
            // Now and then a file comes back.
            var path = _random.Next(5) == 0 && _files > 0 ? $"f{_random.Next(_files)}" : $"f{_files++}";
            if (_live.ContainsKey(path) || !touched.Add(path))
                continue;
            _live[path] = TestTable.Add(path, _random.Next(1000)) with { Stats = _random.Next(2) == 0 ? null : $$"""{"numRecords":{{_random.Next(99)}}}""" };
            lines.Add(new LogLine { Add = _live[path] });
        }

        if (_random.Next(2) == 0)
            lines.Add(new LogLine { Txn = new AppTransaction { AppId = $"app{_random.Next(3)}", Version = timeMs, LastUpdated = timeMs } });
        if (_random.Next(3) == 0)
            lines.Add(new LogLine { DomainMetadata = new DomainMetadata { Domain = $"d{_random.Next(3)}", Configuration = $"{timeMs}", Removed = _random.Next(3) == 0 } });
        if (_random.Next(6) == 0)
            lines.Add(new LogLine { MetaData = Metadata(timeMs) });
        return lines;
    }

    static TableMetadata Metadata(long number) => new()
    {
        Id = "t",
        SchemaString = """{"type":"struct","fields":[]}""",
        PartitionColumns = [],
        Configuration = new Dictionary<string, string> { ["number"] = $"{number}" },
    };
}
