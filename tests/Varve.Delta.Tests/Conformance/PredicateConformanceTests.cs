using System.Text.Json;
using Varve.Delta.Actions;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Conformance;

/// <summary>Counts of rows of tables that other engines wrote: the same with file skipping and without.</summary>
[Trait("category", "conformance")]
public sealed class PredicateConformanceTests(ITestOutputHelper output)
{
    // How many of the counts' files are left out or counted from the log. Raise them when pruning gets better; they never fall.
    const int SkippedMin = 6_900;
    const int WholeMin = 3_700;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_predicate_counts_the_rows_that_it_should_with_file_skipping_and_without()
    {
        var root = TestData.At("delta");
        Assert.SkipWhen(root is null, TestData.Missing);
        var (tables, refused, counted, skipped, whole) = (0, 0, 0, 0, 0);
        var wrong = new List<string>();
        foreach (var file in Directory.EnumerateFiles(root, "predicates.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(root, Path.GetDirectoryName(file)!);
            var store = new LocalObjectStore(Path.GetDirectoryName(file)!);
            if (MayBeRefused(file))
            {
                refused++;
                continue;
            }

            var snapshot = (await DeltaTable.OpenAsync(store, "delta", options: null, logger: null, Token))!.Latest;
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(file, Token));
            var rows = Path.Combine(Path.GetDirectoryName(file)!, "rows.ndjson");
            var cases = document.RootElement.EnumerateArray().Select(item => new Case(item, ValueOf(item, rows), snapshot)).ToList();
            await CountAsync(store, snapshot, cases);
            tables++;
            counted += cases.Count;
            skipped += cases.Sum(one => one.Skipped);
            whole += cases.Sum(one => one.Whole);
            wrong.AddRange(cases.Where(one => one.WithoutSkipping != one.Expected || one.WithSkipping != one.Expected)
                .Select(one => $"{name}: {one.Predicate}: {one.WithoutSkipping} rows, with file skipping {one.WithSkipping}, instead of {one.Expected}"));
        }

        output.WriteLine($"{tables} tables, {refused} of features beyond this version, {counted} predicates, {wrong.Count} wrong; {skipped} times a file was left out, {whole} times counted from the log");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(tables > 0 && skipped >= SkippedMin && whole >= WholeMin);
    }

    static bool MayBeRefused(string predicates)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(predicates)!, "expected.json")));
        return expected.RootElement.GetProperty("expect").GetString() == "ok-or-error";
    }

    /// <summary>One scan of the table counts for all of its predicates.</summary>
    static async Task CountAsync(LocalObjectStore store, Snapshot snapshot, List<Case> cases)
    {
        var scan = new TableScan(store, "delta", snapshot, [.. cases.SelectMany(one => one.Filter.Columns).Distinct()]);
        foreach (var (_, file) in snapshot.Files)
        {
            foreach (var one in cases)
                one.Judge(file);
            await foreach (var batch in scan.ReadFileAsync(file, Token))
                using (batch)
                    foreach (var one in cases)
                        one.Add(one.Filter.Count(batch), batch.Length);
        }

        foreach (var one in cases)
            one.ComparePlan();
    }

    /// <summary>The value as a literal. Whole numbers past 2^53 passed through a double on their way into the file: the one that is meant is in the rows.</summary>
    static string ValueOf(JsonElement item, string rows)
    {
        if (!item.TryGetProperty("value", out var value))
            return "";
        if (value.ValueKind == JsonValueKind.String)
            return $" '{value.GetString()!.Replace("'", "''", StringComparison.Ordinal)}'";
        if (value.ValueKind != JsonValueKind.Number || Math.Abs(value.GetDouble()) <= 1L << 53)
            return $" {value.GetRawText()}";
        var column = item.GetProperty("column").GetString()!;
        foreach (var line in File.ReadLines(rows))
        {
            using var row = JsonDocument.Parse(line);
            if (row.RootElement.GetProperty(column) is { ValueKind: JsonValueKind.Number } found && found.GetDouble().Equals(value.GetDouble()))
                return $" {found.GetRawText()}";
        }

        return $" {value.GetRawText()}";
    }

    sealed class Case(JsonElement item, string value, Snapshot snapshot)
    {
        readonly FilePruner _pruner = new(snapshot, Parse(item, value, snapshot));
        readonly HashSet<(string, FileVerdict)> _judged = [];
        FileVerdict _verdict;

        public Predicate Predicate { get; } = Parse(item, value, snapshot);

        public RowFilter Filter { get; } = new(Parse(item, value, snapshot), snapshot.Schema);

        public long Expected { get; } = item.GetProperty("count").GetInt64();

        public long WithSkipping { get; private set; }

        public long WithoutSkipping { get; private set; }

        public int Skipped { get; private set; }

        public int Whole { get; private set; }

        public void Judge(AddFile file)
        {
            _verdict = _pruner.Judge(file);
            if (_verdict.IsKept)
                _judged.Add((TablePath.Decode(file.Path), _verdict));
            Skipped += _verdict.IsKept ? 0 : 1;
            Whole += _verdict.Rows is null ? 0 : 1;
            WithSkipping += _verdict.Rows ?? 0;
        }

        public void Add(int matches, int rows)
        {
            WithoutSkipping += matches;
            // A file that is whole was counted from the log, and all of its rows have to match.
            if (_verdict is { IsKept: true, Rows: null })
                WithSkipping += matches;
            Assert.True(_verdict.Reason != KeepReason.AllMatch || matches == rows || !_verdict.IsKept, $"{Predicate} does not match all rows");
        }

        /// <summary>All files judged at once, and once more from what was kept of their statistics, come to the same as one by one.</summary>
        public void ComparePlan()
        {
            for (var round = 0; round < 2; round++)
                Assert.True(_judged.SetEquals(_pruner.Plan().Files.Select(file => (file.Path, file.Verdict))), $"{Predicate}: the plan differs from its files");
        }

        static Predicate Parse(JsonElement item, string value, Snapshot snapshot) =>
            PredicateText.Parse($"{new ColumnPath(item.GetProperty("column").GetString()!)} {item.GetProperty("op").GetString()!}{value}", snapshot.Schema);
    }
}
