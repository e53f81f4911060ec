using Varve.Delta.Commits;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

/// <summary>Two transactions on one version: the first is stopped at a step, the second made wholly, then the first goes on.</summary>
public sealed class InterleavingTests
{
    static readonly Dictionary<string, Action<OptimisticTransaction, string>> Works = new()
    {
        ["append"] = (transaction, name) => transaction.Add(TestTable.Add($"new-{name}")),
        ["delete"] = (transaction, _) => transaction.Remove(transaction.Snapshot.Files["f1"], dataChange: true),
        ["optimize"] = (transaction, name) =>
        {
            foreach (var file in transaction.ReadFiles(new PartitionFilter([])))
                transaction.Remove(file, dataChange: false);
            transaction.Add(TestTable.Add($"new-{name}") with { DataChange = false });
        },
        ["rewrite"] = (transaction, name) =>
        {
            transaction.ReadWholeTable();
            transaction.Remove(transaction.Snapshot.Files["f2"], dataChange: true);
            transaction.Add(TestTable.Add($"new-{name}"));
        },
        ["metadata"] = (transaction, name) => transaction.SetMetadata(
            transaction.Snapshot.Metadata with { Configuration = new Dictionary<string, string>(transaction.Snapshot.Metadata.Configuration) { ["by"] = name } }),
        ["txn"] = (transaction, name) =>
        {
            transaction.ReadTransaction("app");
            transaction.SetTransaction("app", 1);
            transaction.Add(TestTable.Add($"new-{name}"));
        },
        ["domain"] = (transaction, name) => transaction.SetDomain("varve.cursor", name),
    };

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("append", "append", null)]
    [InlineData("append", "delete", null)]
    [InlineData("delete", "append", null)]
    [InlineData("append", "rewrite", null)]
    [InlineData("rewrite", "append", ConflictKind.ConcurrentAppend)]
    [InlineData("rewrite", "delete", ConflictKind.ConcurrentDeleteRead)]
    [InlineData("delete", "delete", ConflictKind.ConcurrentDeleteDelete)]
    [InlineData("optimize", "append", null)]
    [InlineData("append", "optimize", null)]
    [InlineData("optimize", "delete", ConflictKind.ConcurrentDeleteDelete)]
    [InlineData("delete", "optimize", ConflictKind.ConcurrentDeleteDelete)]
    [InlineData("optimize", "optimize", ConflictKind.ConcurrentDeleteDelete)]
    [InlineData("metadata", "append", null)]
    [InlineData("append", "metadata", ConflictKind.MetadataChanged)]
    [InlineData("metadata", "metadata", ConflictKind.MetadataChanged)]
    [InlineData("txn", "append", null)]
    [InlineData("txn", "txn", ConflictKind.ConcurrentTransaction)]
    [InlineData("domain", "append", null)]
    [InlineData("domain", "domain", ConflictKind.ConcurrentDomainMetadata)]
    public async Task Stopped_at_any_step_the_later_of_two_stands_or_conflicts_and_the_table_holds_those_that_stand(string first, string second, ConflictKind? later)
    {
        foreach (var step in Enum.GetValues<Step>())
        {
            var store = new MemoryObjectStore();
            await PrepareAsync(store);
            CommitOutcome? outcomeOfB = null;
            OptimisticTransaction? b = null;
            var lossy = new FaultyObjectStore(store, Losing(step));
            var a = await BeginAsync(lossy, first, "a", TestTable.Impatient with
            {
                Observer = async (phase, _) =>
                {
                    if (phase == PhaseOf(step) && outcomeOfB is null)
                        outcomeOfB = await b!.CommitAsync(Token);
                },
            });
            b = await BeginAsync(store, second, "b", TestTable.Impatient);
            var aIsFirst = step is Step.AfterPut or Step.AfterLostAnswer or Step.Committed;

            var outcomeOfA = await a.CommitAsync(Token);

            var (winner, loser) = aIsFirst ? (outcomeOfA, outcomeOfB!) : (outcomeOfB!, outcomeOfA);
            Assert.Equal(new CommitOutcome.Committed(2), winner);
            // Who is later decides who conflicts: the pair is read from the side of the later one.
            var expected = aIsFirst ? Later(second, first) : later;
            Assert.Equal(expected, (loser as CommitOutcome.Conflicted)?.Kind);
            if (expected is null)
                Assert.Equal(new CommitOutcome.Committed(3), loser);
            await AssertStateAsync(store, $"{first}/{second} {step}", (first, "a", outcomeOfA), (second, "b", outcomeOfB!));
        }
    }

    [Fact]
    public async Task Of_two_that_make_a_table_one_makes_it_at_whatever_step_the_other_is()
    {
        foreach (var phase in new[] { TransactionPhase.Prepared, TransactionPhase.BeforePut, TransactionPhase.AfterPut })
        {
            var store = new MemoryObjectStore();
            DeltaTable? b = null;
            var options = TestTable.Impatient with
            {
                Observer = async (reached, _) =>
                {
                    if (reached == phase)
                        b ??= await TestTable.OpenAsync(store, Token);
                },
            };

            var a = await TestTable.OpenAsync(store, Token, options);

            Assert.Equal(b!.Latest.Metadata.Id, a.Latest.Metadata.Id);
            Assert.Equal((0, 0), (a.Latest.Version, b.Latest.Version));
        }
    }

    enum Step
    {
        Prepared,
        BeforePut,
        AfterPut,
        AfterLostAnswer,
        AfterLostRequest,
        Committed,
    }

    static TransactionPhase PhaseOf(Step step) => step switch
    {
        Step.Prepared => TransactionPhase.Prepared,
        Step.BeforePut => TransactionPhase.BeforePut,
        Step.AfterPut => TransactionPhase.AfterPut,
        Step.Committed => TransactionPhase.Committed,
        _ => TransactionPhase.BeforeCatchUp,
    };

    /// <summary>The conflict of a later transaction with an earlier one.</summary>
    static ConflictKind? Later(string later, string earlier) => (later, earlier) switch
    {
        ("append" or "txn" or "delete" or "optimize" or "metadata" or "domain", "metadata") => ConflictKind.MetadataChanged,
        ("rewrite", "append") => ConflictKind.ConcurrentAppend,
        ("rewrite", "delete") => ConflictKind.ConcurrentDeleteRead,
        ("delete" or "optimize", "delete" or "optimize") => ConflictKind.ConcurrentDeleteDelete,
        ("txn", "txn") => ConflictKind.ConcurrentTransaction,
        ("domain", "domain") => ConflictKind.ConcurrentDomainMetadata,
        _ => null,
    };

    static Func<StoreCall, StoreFault> Losing(Step step)
    {
        var lost = false;
        return call =>
        {
            if (lost || step is not (Step.AfterLostAnswer or Step.AfterLostRequest) || call.Operation != StoreOperation.PutIfAbsent)
                return StoreFault.None;
            lost = true;
            return step == Step.AfterLostAnswer ? StoreFault.LoseAnswer : StoreFault.LoseRequest;
        };
    }

    /// <summary>Version 1 has two files and the feature that domains need.</summary>
    static async Task PrepareAsync(MemoryObjectStore store)
    {
        var definition = TestTable.Definition with { Properties = new Dictionary<string, string> { ["delta.feature.domainMetadata"] = "supported" } };
        var table = await DeltaTable.OpenOrCreateAsync(store, "t", definition, TestTable.Impatient, null, Token);
        await table.CommitAsync(TestTable.Append("f1", "f2"), Token);
    }

    static async Task<OptimisticTransaction> BeginAsync(Varve.Storage.IObjectStore store, string work, string name, DeltaOptions options)
    {
        var transaction = (await TestTable.OpenAsync(store, Token, options)).Begin(work);
        Works[work](transaction, name);
        return transaction;
    }

    static async Task AssertStateAsync(MemoryObjectStore store, string where, params (string Work, string Name, CommitOutcome Outcome)[] made)
    {
        var files = new HashSet<string> { "f1", "f2" };
        foreach (var (work, name, _) in made.Where(commit => commit.Outcome is CommitOutcome.Committed).OrderBy(commit => ((CommitOutcome.Committed)commit.Outcome).Version))
        {
            if (work is "delete" or "optimize")
                files.Remove("f1");
            if (work is "rewrite" or "optimize")
                files.Remove("f2");
            if (work is not ("delete" or "metadata" or "domain"))
                files.Add($"new-{name}");
        }

        var newest = (await TestTable.OpenAsync(store, Token)).Latest;
        Assert.Equal(1 + made.Count(commit => commit.Outcome is CommitOutcome.Committed), newest.Version);
        Assert.True(files.SetEquals(newest.Files.Keys), $"{where}: {string.Join(' ', newest.Files.Keys)} instead of {string.Join(' ', files)}");
        Assert.Equal(State.Of(newest), State.Of(await new Delta.Log.SnapshotLoader(store, "t").LoadAsync(newest.Version, Token) ?? newest));
    }
}
