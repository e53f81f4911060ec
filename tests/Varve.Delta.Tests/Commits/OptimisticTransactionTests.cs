using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

public sealed class OptimisticTransactionTests
{
    static readonly TableDefinition Partitioned = new(new TableSchema([new DeltaField("x", DeltaType.Long), new DeltaField("day", DeltaType.Date)]), ["day"]);

    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_retention_delete_removes_the_files_of_its_days_and_lets_late_appends_be()
    {
        var clock = new FakeTimeProvider();
        var table = await DeltaTable.OpenOrCreateAsync(_store, "t", Partitioned, TestTable.Impatient with { Clock = clock }, null, Token);
        await table.CommitAsync(new Commit { Operation = "WRITE", Adds = [Of("old", "2024-01-01"), Of("edge", "2024-01-31"), Of("new", "2024-02-01")] }, Token);
        var transaction = table.Begin("DELETE");
        transaction.IsolationLevel = IsolationLevel.WriteSerializable;
        transaction.UserMetadata = "retention";
        foreach (var file in transaction.ReadFiles(new PartitionFilter([new PartitionTerm("day", PartitionComparison.Less, "2024-02-01")])))
            transaction.Remove(file, dataChange: true);
        await table.CommitAsync(new Commit { Operation = "WRITE", Adds = [Of("late", "2024-01-15")] }, Token);

        var outcome = await transaction.CommitAsync(Token);

        Assert.Equal(new CommitOutcome.Committed(3), outcome);
        Assert.Equal(["late", "new"], table.Latest.Files.Keys.Order(StringComparer.Ordinal));
        var tombstone = table.Latest.Tombstones[new LogicalFile("old", null)];
        Assert.Equal((true, 100, "2024-01-01", clock.GetUtcNow().ToUnixTimeMilliseconds()),
            (tombstone.ExtendedFileMetadata, tombstone.Size, tombstone.PartitionValues!["day"], tombstone.DeletionTimestamp));
        var info = (await table.HistoryAsync(1, Token))[0].Info!;
        Assert.Equal(("WriteSerializable", "retention", 1, false), (info.IsolationLevel, info.UserMetadata, info.ReadVersion, info.IsBlindAppend));
        Assert.Equal("200", info.OperationMetrics!.Value.GetProperty("numRemovedBytes").GetString());
    }

    [Fact]
    public async Task The_level_of_the_table_counts_where_none_is_given_and_rearranging_is_at_its_own()
    {
        var definition = TestTable.Definition with { Properties = new Dictionary<string, string> { ["delta.isolationLevel"] = "WriteSerializable" } };
        var table = await DeltaTable.OpenOrCreateAsync(_store, "t", definition, TestTable.Impatient, null, Token);
        var other = await TestTable.OpenAsync(_store, Token);
        var (read, rearranging) = (table.Begin("WRITE"), table.Begin("OPTIMIZE"));
        read.ReadWholeTable();
        read.Add(TestTable.Add("read"));
        rearranging.ReadWholeTable();
        rearranging.Add(TestTable.Add("rearranged") with { DataChange = false });
        await other.CommitAsync(TestTable.Append("a"), Token);

        Assert.Equal(new CommitOutcome.Committed(2), await read.CommitAsync(Token));
        Assert.Equal(new CommitOutcome.Committed(3), await rearranging.CommitAsync(Token));
        Assert.Equal(["SnapshotIsolation", "WriteSerializable", "WriteSerializable"], (await table.HistoryAsync(3, Token)).Select(commit => commit.Info!.IsolationLevel));
    }

    [Fact]
    public async Task The_progress_of_several_applications_is_written_at_once_or_not_at_all()
    {
        var table = await TestTable.OpenAsync(_store, Token);

        Assert.Equal(new CommitOutcome.Committed(1), await CommitAsync(("a", 1), ("b", 5)));
        Assert.Equal(new CommitOutcome.AlreadyCommitted(1), await CommitAsync(("a", 1), ("b", 4)));
        Assert.Equal(ConflictKind.ConcurrentTransaction, Assert.IsType<CommitOutcome.Conflicted>(await CommitAsync(("a", 1), ("b", 6))).Kind);
        Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(() => CommitAsync(("a", 7), ("a", 8)))).Kind);
        Assert.Equal((1, 5), (table.Latest.Transactions["a"].Version, table.Latest.Transactions["b"].Version));
        Assert.NotNull(table.Latest.Transactions["a"].LastUpdated);

        Task<CommitOutcome> CommitAsync(params (string AppId, long Version)[] progress)
        {
            var transaction = table.Begin("WRITE");
            foreach (var (appId, version) in progress)
                transaction.SetTransaction(appId, version);
            return transaction.CommitAsync(Token);
        }
    }

    [Fact]
    public async Task The_first_domain_adds_its_feature_to_the_protocol_and_domains_are_read_back()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        var first = table.Begin("SET DOMAIN");
        first.SetDomain("varve.retention", "30");
        var features = table.Latest.Protocol.WriterFeatures!;

        Assert.Equal(new CommitOutcome.Committed(1), await first.CommitAsync(Token));

        Assert.Equal([.. features, "domainMetadata"], table.Latest.Protocol.WriterFeatures!);
        var second = table.Begin("SET DOMAIN");
        Assert.Equal(("30", null), (second.ReadDomain("varve.retention"), second.ReadDomain("varve.other")));
        second.RemoveDomain("varve.retention");
        Assert.Equal(new CommitOutcome.Committed(2), await second.CommitAsync(Token));
        Assert.Null(table.Begin("READ").ReadDomain("varve.retention"));
        Assert.DoesNotContain("protocol", System.Text.Encoding.UTF8.GetString((await _store.ReadAsync(TestTable.CommitPath(2), Token))!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_of_the_protocol_is_not_written_by_users()
    {
        var transaction = (await TestTable.OpenAsync(_store, Token)).Begin("SET DOMAIN");

        Assert.Equal(FaultKind.Invalid, Assert.Throws<VarveException>(() => transaction.SetDomain("delta.clustering", "{}")).Kind);
        Assert.Equal(FaultKind.Invalid, Assert.Throws<VarveException>(() => transaction.RemoveDomain("Delta.rowTracking")).Kind);
    }

    [Fact]
    public async Task What_a_commit_may_not_change_is_refused()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        var (metadata, protocol) = (table.Latest.Metadata, table.Latest.Protocol);

        await RefusedAsync("another id", transaction => transaction.SetMetadata(metadata with { Id = "another" }));
        await RefusedAsync("cannot be changed", transaction => transaction.SetMetadata(metadata with { PartitionColumns = ["x"] }));
        await RefusedAsync("lowered", transaction => transaction.SetProtocol(new TableProtocol { MinReaderVersion = 1, MinWriterVersion = 2 }));
        await RefusedAsync("lose features", transaction => transaction.SetProtocol(protocol with { WriterFeatures = ["appendOnly"] }));
        await RefusedAsync("'rowTracking'", transaction => transaction.SetProtocol(protocol with { WriterFeatures = [.. protocol.WriterFeatures!, "rowTracking"] }));
        await RefusedAsync("part of the protocol", transaction => transaction.SetMetadata(With("delta.feature.v2Checkpoint", "supported")));
        await RefusedAsync("delta.appendOnly cannot be 'yes'", transaction => transaction.SetMetadata(With("delta.appendOnly", "yes")));
        await RefusedAsync("two columns", transaction => transaction.SetMetadata(
            metadata with { SchemaString = new TableSchema([new DeltaField("x", DeltaType.Long), new DeltaField("X", DeltaType.Long)]).ToSchemaString() }));
        Assert.Equal(0, (await table.RefreshAsync(Token)).Version);

        TableMetadata With(string key, string value) =>
            metadata with { Configuration = new Dictionary<string, string>(metadata.Configuration) { [key] = value } };

        async Task RefusedAsync(string reason, Action<OptimisticTransaction> work)
        {
            var transaction = table.Begin("ALTER");
            work(transaction);
            var fault = await Assert.ThrowsAsync<VarveException>(() => transaction.CommitAsync(Token));
            Assert.Equal(FaultKind.Invalid, fault.Kind);
            Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Metadata_that_is_replaced_brings_the_features_that_it_needs()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        var transaction = table.Begin("ALTER");
        var configuration = new Dictionary<string, string>(table.Latest.Metadata.Configuration) { ["delta.checkpointPolicy"] = "v2" };
        transaction.SetMetadata(table.Latest.Metadata with { Configuration = configuration });

        Assert.Equal(new CommitOutcome.Committed(1), await transaction.CommitAsync(Token));

        Assert.Equal(["v2Checkpoint"], table.Latest.Protocol.ReaderFeatures!);
    }

    [Fact]
    public async Task A_transaction_is_committed_once()
    {
        var transaction = (await TestTable.OpenAsync(_store, Token)).Begin("WRITE");
        await transaction.CommitAsync(Token);

        Assert.Equal(FaultKind.Internal, (await Assert.ThrowsAsync<VarveException>(() => transaction.CommitAsync(Token))).Kind);
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(2), Token));
    }

    [Fact]
    public async Task A_transaction_begins_on_what_is_known_or_on_the_newest()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        await (await TestTable.OpenAsync(_store, Token)).CommitAsync(TestTable.Append("a"), Token);

        Assert.Equal((0, 1), (table.Begin("WRITE").Snapshot.Version, (await table.BeginAsync("WRITE", Token)).Snapshot.Version));
    }

    static AddFile Of(string path, string day) => TestTable.Add(path) with { PartitionValues = new Dictionary<string, string?> { ["day"] = day } };
}
