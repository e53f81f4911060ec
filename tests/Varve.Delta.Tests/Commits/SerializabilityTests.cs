using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Schema;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

/// <summary>
/// Transactions that overlap by chance. One that stands is as good as one that began right before its version: what it read is the same
/// there, and what it removes is there.
/// </summary>
public sealed class SerializabilityTests(ITestOutputHelper output)
{
    static readonly TableDefinition Definition = new(new TableSchema([new DeltaField("x", DeltaType.Long), new DeltaField("p", DeltaType.Integer)]), ["p"]);

    readonly MemoryObjectStore _store = new();
    readonly Dictionary<string, int[]> _rows = [];
    int _row;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task What_a_transaction_that_stands_read_is_the_same_right_before_its_version(int seed)
    {
        var random = new Random(seed);
        DeltaTable[] tables = [await OpenAsync(), await OpenAsync()];
        var open = new List<Work>();
        var (stands, conflicts) = (0, 0);
        for (var step = 0; step < 150; step++)
        {
            if (open.Count < 2 || (open.Count < 5 && random.Next(2) == 0))
            {
                open.Add(Begin(tables[random.Next(2)], random));
                continue;
            }

            var work = open[random.Next(open.Count)];
            open.Remove(work);
            var outcome = await work.Transaction.CommitAsync(Token);
            if (outcome is CommitOutcome.Committed committed)
                await AssertStandsAsync(tables[0], work, committed.Version, $"seed {seed}, step {step}, {work.Transaction.Operation}");
            (stands, conflicts) = outcome is CommitOutcome.Committed ? (stands + 1, conflicts) : (stands, conflicts + 1);
            if (random.Next(3) == 0)
                await tables[random.Next(2)].RefreshAsync(Token);
        }

        output.WriteLine($"seed {seed}: {stands} stand, {conflicts} conflict");
        Assert.True(stands > 20 && conflicts > 5, $"seed {seed}: {stands} stand, {conflicts} conflict");
    }

    sealed record Work(OptimisticTransaction Transaction, string Partition, int[] Read, IReadOnlyList<AddFile> Removes);

    Work Begin(DeltaTable table, Random random)
    {
        var operation = new[] { "append", "copy", "delete", "optimize" }[random.Next(4)];
        // The same value is written in two ways.
        var number = random.Next(3);
        var partition = random.Next(2) == 0 ? $"{number}" : $"0{number}";
        var transaction = table.Begin(operation);
        if (operation == "append")
        {
            Add(transaction, partition, [++_row], dataChange: true);
            return new Work(transaction, partition, [], []);
        }

        var files = transaction.ReadFiles(PartitionFilter.Of(new Dictionary<string, string?> { ["p"] = partition }));
        int[] read = [.. files.SelectMany(file => _rows[file.Path]).Order()];
        if (operation == "copy")
            Add(transaction, $"{random.Next(3)}", [++_row], dataChange: true);
        else
            foreach (var file in files)
                transaction.Remove(file, dataChange: operation == "delete");
        if (operation == "optimize")
            Add(transaction, partition, read, dataChange: false);
        return new Work(transaction, partition, read, operation == "copy" ? [] : files);
    }

    void Add(OptimisticTransaction transaction, string partition, int[] rows, bool dataChange)
    {
        var path = $"f{_rows.Count}";
        _rows.Add(path, rows);
        transaction.Add(TestTable.Add(path) with { PartitionValues = new Dictionary<string, string?> { ["p"] = partition }, DataChange = dataChange });
    }

    async Task AssertStandsAsync(DeltaTable table, Work work, long version, string where)
    {
        var (before, after) = (await table.LoadAsync(version - 1, Token), await table.LoadAsync(version, Token));
        Assert.True(work.Removes.All(file => before.Files.ContainsKey(file.Path)), $"{where}: a file that it removes was gone");
        // A delete that found nothing does nothing, wherever it stands.
        if (work.Transaction.Operation == "copy" || (work.Transaction.Operation == "delete" && work.Removes.Count > 0))
            Assert.True(work.Read.SequenceEqual(RowsOf(before, work.Partition)), $"{where}: what it read had changed");
        if (work.Transaction.Operation == "optimize")
            Assert.True(RowsOf(before, work.Partition).SequenceEqual(RowsOf(after, work.Partition)), $"{where}: rows were lost or doubled");
    }

    IEnumerable<int> RowsOf(Snapshot snapshot, string partition)
    {
        var filter = PartitionFilter.Of(new Dictionary<string, string?> { ["p"] = partition });
        return snapshot.Files.Values.Where(file => filter.MayMatch(file.PartitionValues, snapshot)).SelectMany(file => _rows[file.Path]).Order();
    }

    Task<DeltaTable> OpenAsync() => DeltaTable.OpenOrCreateAsync(_store, "t", Definition, TestTable.Impatient, null, Token);
}
