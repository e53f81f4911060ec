using Varve.Simulation.Tests.Actors;

namespace Varve.Simulation.Tests.Mutations;

/// <summary>The audit can fail: what is broken on purpose is found within a few seeds, and for its own reason.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    const int SeedsMax = 200;

    public static TheoryData<string, string> Breaks { get; } = new()
    {
        { nameof(Break.TwoWin), "was written twice" },
        { nameof(Break.UnknownIsCreated), "was told that it made version" },
        { nameof(Break.ExistsIsCreated), "was told that it made version" },
        { nameof(Break.RemovesAreIgnored), "and should not be|which is not in the table" },
        { nameof(Break.TransactionsAreIgnored), "the txn|takes writer" },
        { nameof(Break.TimesAreNotRaised), "has the time" },
        { nameof(Break.ListingIsStale), "was there before it looked|cannot read version|wrong version" },
        { nameof(Break.ReadIsStale), "was there before it looked|cannot read version" },
        { nameof(Break.CheckpointIsOld), "wrong version|which is not in the table" },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public void A_broken_store_is_found(string how, string expected)
    {
        var broken = Enum.Parse<Break>(how);

        var failed = Seeds.FirstFailure([.. Enumerable.Range(1, SeedsMax)], new SimulationOptions { Wrap = (store, random) => new BrokenStore(store, random, broken) });

        AssertFound(failed, expected);
    }

    [Fact]
    public void A_writer_that_takes_a_fault_for_a_no_is_found() =>
        AssertFound(Seeds.FirstFailure([.. Enumerable.Range(1, SeedsMax)], new SimulationOptions { RetriesBlindly = true, FaultRate = 0.3 }), "is there twice");

    [Fact]
    public void A_vacuum_that_spares_no_reader_is_found() => AssertFound(WithVandal(world => new HastyVacuum(world)), "was deleted");

    [Fact]
    public void A_cleanup_that_takes_what_is_needed_is_found() => AssertFound(WithVandal(world => new HastyCleaner(world)), "can no longer be read");

    [Fact]
    public void A_live_file_that_is_deleted_is_found() => AssertFound(WithVandal(world => new Thief(world)), "was deleted, and the table has it");

    static SimulationResult? WithVandal(Func<World, Actor> vandal) =>
        Seeds.FirstFailure([.. Enumerable.Range(1, SeedsMax)], new SimulationOptions { Vandal = vandal });

    void AssertFound(SimulationResult? failed, string expected)
    {
        Assert.True(failed is not null, $"{SeedsMax} seeds, and nothing was found.");
        output.WriteLine($"seed {failed.Seed}: {failed.Failures[0]}");
        Assert.Matches(expected, failed.Failures[0]);
    }
}
