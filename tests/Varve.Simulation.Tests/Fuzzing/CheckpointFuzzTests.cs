using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Commits;
using Varve.TestKit;

namespace Varve.Simulation.Tests.Fuzzing;

/// <summary>Checkpoint files with damaged bytes.</summary>
public sealed class CheckpointFuzzTests
{
    [Fact]
    public async Task A_damaged_checkpoint_is_refused_or_read()
    {
        var content = await CheckpointAsync();

        Fuzz.Run(
            random =>
            {
                var damaged = content.ToArray();
                for (var count = random.Next(1, 4); count > 0; count--)
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));

                var lines = CheckpointReader.Read(damaged, "a");

                Assert.InRange(lines.Count, 0, 1_000);
            },
            share: 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_columns_of_a_damaged_checkpoint_are_refused_or_read(bool hasTombstone)
    {
        var content = await CheckpointAsync(hasTombstone);

        Fuzz.Run(
            random =>
            {
                var damaged = content.ToArray();
                for (var count = random.Next(1, 4); count > 0; count--)
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));

                var checkpoint = new CheckpointContent();
                CheckpointSegments.Read(checkpoint, damaged, "a", "t", address: null);

                foreach (var segment in checkpoint.Adds)
                    for (var row = 0; row < segment.Count; row++)
                        Assert.NotNull(segment.KeyAt(row) + segment.Actions.ReadAdd(row).Path + segment.Partitions.Length + segment.Actions.ReadStats(row));
            },
            share: 10);
    }

    [Fact]
    public async Task A_checkpoint_that_was_cut_is_refused()
    {
        var content = await CheckpointAsync();

        for (var length = 0; length < content.Length; length += 37)
        {
            var fault = Record.Exception(() => CheckpointReader.Read(content[..length], "a"));

            Assert.True(fault is Varve.Storage.VarveException { Kind: Varve.Storage.FaultKind.Corrupt }, $"{length} bytes: {fault}");
        }
    }

    static async Task<byte[]> CheckpointAsync(bool hasTombstone = true)
    {
        var store = new MemoryObjectStore();
        var table = await TestTable.OpenAsync(store, TestContext.Current.CancellationToken);
        for (var number = 1; number < Varve.Delta.DeltaTable.CheckpointInterval; number++)
            await table.CommitAsync(TestTable.Append($"{number}.parquet"), TestContext.Current.CancellationToken);
        await table.CommitAsync(
            !hasTombstone ? TestTable.Append("last.parquet") : new Commit { Operation = "DELETE", Removes = [new RemoveFile { Path = "1.parquet", DeletionTimestamp = long.MaxValue / 2 }], Transaction = new AppTransaction { AppId = "a", Version = 1 } },
            TestContext.Current.CancellationToken);
        return (await store.ReadAsync(TestTable.CheckpointPath(Varve.Delta.DeltaTable.CheckpointInterval), TestContext.Current.CancellationToken))!;
    }
}
