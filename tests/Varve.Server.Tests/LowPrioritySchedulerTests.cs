namespace Varve.Server.Tests;

public sealed class LowPrioritySchedulerTests
{
    // Fields of /proc/thread-self/stat after the name in parentheses: state is the first, nice the seventeenth.
    const int NiceField = 16;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_and_what_it_awaits_run_on_one_thread_of_the_lowest_priority()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Threads have priorities of their own on Linux only.");
        var scheduler = new LowPriorityScheduler("test");

        var seen = await Task.Factory.StartNew(
            async () =>
            {
                var first = (Environment.CurrentManagedThreadId, Niceness());
                await Task.Yield();
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
                return (first, second: (Environment.CurrentManagedThreadId, Niceness()));
            },
            Token, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();

        Assert.Equal(seen.first, seen.second);
        Assert.Equal(19, seen.first.Item2);
        Assert.NotEqual(19, Niceness());
    }

    [Fact]
    public async Task A_fault_stays_in_its_task()
    {
        var scheduler = new LowPriorityScheduler("test");
        Task<int> Start(Func<int> work) => Task.Factory.StartNew(work, Token, TaskCreationOptions.DenyChildAttach, scheduler);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Start(() => throw new InvalidOperationException("broken")));

        Assert.Equal(7, await Start(() => 7));
    }

    static int Niceness()
    {
        var line = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(line[(line.LastIndexOf(')') + 2)..].Split(' ')[NiceField], System.Globalization.CultureInfo.InvariantCulture);
    }
}
