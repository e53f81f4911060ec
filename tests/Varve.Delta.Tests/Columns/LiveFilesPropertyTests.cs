using CsCheck;
using Varve.Delta.Actions;
using Varve.TestKit;

namespace Varve.Delta.Tests.Columns;

/// <summary>The columns of a snapshot against a plain dictionary, over random histories.</summary>
public sealed class LiveFilesPropertyTests
{
    enum Step
    {
        Add,
        Remove,
        Replace,
        Readd,
    }

    [Fact]
    public void Files_and_tombstones_are_those_of_a_plain_dictionary_after_any_history()
    {
        var commit = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 40], Gen.Int[0, 3]).List[1, 12];

        commit.List[1, 60].Sample(
            history =>
            {
                var model = new Dictionary<string, AddFile>();
                var removed = new Dictionary<LogicalFile, RemoveFile>();
                var snapshot = First();
                foreach (var steps in history)
                {
                    var lines = Lines(steps, model, removed);
                    snapshot = snapshot.Apply(snapshot.Version + 1, lines, "t");
                }

                AssertSame(model, removed, snapshot);
            },
            iter: 300);
    }

    [Fact]
    public void A_snapshot_does_not_change_when_later_ones_are_made_from_it()
    {
        var snapshot = First();
        var kept = new List<(Snapshot Snapshot, List<string> Files)>();
        var random = new Random(7);
        var live = new List<string>();
        for (var version = 1; version <= 400; version++)
        {
            var lines = new List<LogLine>();
            if (live.Count > 50 && random.Next(3) == 0)
            {
                var gone = live[random.Next(live.Count)];
                live.Remove(gone);
                lines.Add(new LogLine { Remove = new RemoveFile { Path = gone, DeletionTimestamp = version } });
            }

            live.Add($"f{version}");
            lines.Add(new LogLine { Add = TestTable.Add($"f{version}", version) });
            snapshot = snapshot.Apply(version, lines, "t");
            kept.Add((snapshot, [.. live.Order(StringComparer.Ordinal)]));
        }

        Assert.All(kept, pair => Assert.Equal(pair.Files, pair.Snapshot.Files.Keys.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Lines_that_were_packed_give_the_actions_that_they_held()
    {
        // Above the number of rows from which lines are packed, and over several merges.
        const int Commits = 3_000;
        var snapshot = First();
        for (var version = 1; version <= Commits; version++)
            snapshot = snapshot.Apply(version, [new LogLine { Add = Add(version) }], "t");

        Assert.Equal(Commits, snapshot.Files.Count);
        foreach (var version in new[] { 1, 511, 512, 513, 1024, 2047, Commits })
            Assert.Equal(Text(Add(version)), Text(snapshot.Files[$"p=a b/f{version}"]));
        Assert.Equal(Enumerable.Range(1, Commits).Sum(version => (long)version), snapshot.Files.SizeBytes);
        Assert.True(snapshot.Files.Set.Views.Length < 20, $"{snapshot.Files.Set.Views.Length} segments");
    }

    static AddFile Add(int version) => TestTable.Add($"p=a%20b/f{version}", version) with
    {
        PartitionValues = new Dictionary<string, string?> { ["p"] = version % 5 == 0 ? null : $"{version % 5}" },
        Stats = $$"""{"numRecords":{{version}}}""",
        Tags = new Dictionary<string, string?> { ["index"] = $"i{version}" },
        DeletionVector = version % 7 == 0 ? Vector(version) : null,
    };

    static DeletionVectorDescriptor Vector(int number) => new() { StorageType = "u", PathOrInlineDv = $"v{number}", Offset = 1, SizeInBytes = 10, Cardinality = 2 };

    static string Text(AddFile add) => System.Text.Json.JsonSerializer.Serialize(new LogLine { Add = add }, ActionJsonContext.Default.LogLine);

    static Snapshot First()
    {
        var builder = Snapshot.Builder("t");
        builder.Apply(0, System.Text.Encoding.UTF8.GetBytes(TestTable.FirstLines), "first");
        return builder.Build();
    }

    /// <summary>The lines of a commit in which no path occurs twice in one role, and what they do to the model.</summary>
    static List<LogLine> Lines(List<(Step, int, int)> steps, Dictionary<string, AddFile> model, Dictionary<LogicalFile, RemoveFile> removed)
    {
        var lines = new List<LogLine>();
        var used = new HashSet<string>();
        foreach (var (step, file, vector) in steps)
        {
            var path = $"f{file}";
            if (!used.Add(path))
                continue;
            var live = model.GetValueOrDefault(path);
            var add = TestTable.Add(path, (file * 10) + vector) with { DeletionVector = vector == 0 ? null : Vector(vector) };
            if (step is Step.Remove or Step.Replace && live is not null)
            {
                var remove = new RemoveFile { Path = path, DeletionTimestamp = 5, DeletionVector = live.DeletionVector };
                lines.Add(new LogLine { Remove = remove });
                model.Remove(path);
                removed[LogicalFile.Of(remove)] = remove;
            }

            if (step is Step.Add or Step.Replace or Step.Readd)
            {
                lines.Insert(step == Step.Replace ? 0 : lines.Count, new LogLine { Add = add });
                model[path] = add;
                removed.Remove(LogicalFile.Of(add));
            }
        }

        return lines;
    }

    static void AssertSame(Dictionary<string, AddFile> model, Dictionary<LogicalFile, RemoveFile> removed, Snapshot snapshot)
    {
        Assert.Equal(model.Count, snapshot.Files.Count);
        Assert.Equal(model.Values.Sum(add => add.Size), snapshot.Files.SizeBytes);
        Assert.Equal(
            model.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value.Size, pair.Value.DeletionVector?.UniqueId)),
            snapshot.Files.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value.Size, pair.Value.DeletionVector?.UniqueId)));
        foreach (var (path, add) in model)
        {
            Assert.True(snapshot.Files.Contains(LogicalFile.Of(add)));
            Assert.Equal(add.Size, snapshot.Files[path].Size);
        }

        Assert.False(snapshot.Files.ContainsKey("never"));
        Assert.Equal(
            removed.Keys.Select(key => key.ToString()).Order(StringComparer.Ordinal),
            snapshot.Tombstones.Keys.Select(key => key.ToString()).Order(StringComparer.Ordinal));
        Assert.All(removed.Keys, key => Assert.True(snapshot.Tombstones.ContainsKey(key)));
    }
}
