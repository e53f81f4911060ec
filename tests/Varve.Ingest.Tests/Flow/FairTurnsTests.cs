using Varve.Ingest.Flow;

namespace Varve.Ingest.Tests.Flow;

public sealed class FairTurnsTests
{
    [Fact]
    public async Task Accounts_take_turns_however_much_one_of_them_has_waiting()
    {
        var turns = new FairTurns(1);
        var order = new List<string>();
        var first = await turns.EnterAsync("flood");
        var floods = Enumerable.Range(0, 20).Select(_ => RunAsync("flood")).ToList();
        var other = RunAsync("small");

        first.Dispose();
        await Task.WhenAll([.. floods, other]);

        Assert.True(order.IndexOf("small") <= 1, string.Join(' ', order));

        async Task RunAsync(string account)
        {
            using (await turns.EnterAsync(account))
                order.Add(account);
        }
    }

    [Fact]
    public async Task No_more_run_at_once_than_there_are_turns_and_all_run()
    {
        var turns = new FairTurns(3);
        var (running, most, done) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(async () =>
        {
            using (await turns.EnterAsync($"account {number % 7}"))
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                Interlocked.Increment(ref done);
            }
        })));

        Assert.Equal((200, 0), (done, running));
        Assert.InRange(most, 1, 3);
    }

    static void InterlockedMax(ref int target, int value)
    {
        for (var known = target; value > known;)
        {
            var found = Interlocked.CompareExchange(ref target, value, known);
            if (found == known)
                return;
            known = found;
        }
    }
}
