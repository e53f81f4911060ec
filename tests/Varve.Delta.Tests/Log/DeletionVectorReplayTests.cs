using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Commits;
using Varve.Delta.Log;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

public sealed class DeletionVectorReplayTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_gets_a_vector_stays_and_its_older_self_is_a_tombstone()
    {
        var snapshot = await LoadAsync(Add(null), $"{Remove(null)}\n{Add("v1")}", $"{Add("v2")}\n{Remove("v1")}");

        Assert.Equal("v2", Assert.Single(snapshot.Files).Value.DeletionVector?.PathOrInlineDv);
        Assert.Equal([new LogicalFile("a", null), new LogicalFile("a", "uv1@1")], snapshot.Tombstones.Keys.OrderBy(key => key.VectorId, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_remove_with_another_vector_is_about_another_file()
    {
        var snapshot = await LoadAsync(Add("v1"), Remove(null), Remove("v2"));

        Assert.Single(snapshot.Files);
    }

    [Fact]
    public async Task A_file_that_comes_back_without_its_vector_is_no_tombstone()
    {
        var snapshot = await LoadAsync(Add(null), $"{Remove(null)}\n{Add("v1")}", $"{Remove("v1")}\n{Add(null)}");

        Assert.Null(Assert.Single(snapshot.Files).Value.DeletionVector);
        Assert.Equal("uv1@1", Assert.Single(snapshot.Tombstones).Key.VectorId);
    }

    [Fact]
    public async Task A_checkpoint_keeps_vectors()
    {
        var snapshot = await LoadAsync(Add(null), $"{Remove(null)}\n{Add("v1")}", $"{Add("v2")}\n{Remove("v1")}");

        await _store.PutAsync(TestTable.CheckpointPath(3), CheckpointWriter.Write(snapshot, 0).Content, Token);
        foreach (var version in (long[])[0, 1, 2])
            await _store.DeleteAsync(TestTable.CommitPath(version), Token);

        Assert.Equal(State.Of(snapshot), State.Of((await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!));
    }

    [Fact]
    public async Task A_writer_that_does_not_know_the_vector_of_a_file_cannot_remove_it()
    {
        await LoadAsync(Add("v1"));
        var table = (await DeltaTable.OpenAsync(_store, "t", TestTable.Impatient, null, Token))!;

        Assert.IsType<CommitOutcome.Conflicted>(await table.CommitAsync(TestTable.Delete("a"), Token));
    }

    async Task<Snapshot> LoadAsync(params string[] commits)
    {
        await TestTable.WriteCommitAsync(_store, 0, TestTable.FirstLines, Token);
        for (var index = 0; index < commits.Length; index++)
            await TestTable.WriteCommitAsync(_store, index + 1, commits[index], Token);
        return (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!;
    }

    static string Add(string? vector) => $$$"""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true{{{Vector(vector)}}}}}""";

    static string Remove(string? vector) => $$$"""{"remove":{"path":"a","deletionTimestamp":5,"dataChange":true{{{Vector(vector)}}}}}""";

    static string Vector(string? vector) =>
        vector is null ? "" : $$$""","deletionVector":{"storageType":"u","pathOrInlineDv":"{{{vector}}}","offset":1,"sizeInBytes":3,"cardinality":1}""";
}
