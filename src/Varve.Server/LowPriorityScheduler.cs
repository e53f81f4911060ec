using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Varve.Server;

/// <summary>
/// One thread that gets a core when nobody else wants it: for work that may take long and that nobody waits for. What a task awaits goes on there,
/// unless it says otherwise. The thread ends with the process.
/// </summary>
sealed partial class LowPriorityScheduler : TaskScheduler
{
    const int OneThread = 0;
    const int Itself = 0;
    const int Lowest = 19;

    readonly BlockingCollection<Task> _tasks = [];

    public LowPriorityScheduler(string name)
    {
        var thread = new Thread(Run) { IsBackground = true, Name = name, Priority = ThreadPriority.Lowest };
        thread.Start();
    }

    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task) => _tasks.Add(task);

    /// <summary>Whoever waits for a task of low priority does not do it himself.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _tasks];

    void Run()
    {
        // .NET has no priorities of threads on Linux; there a nice value is a thread's own. Elsewhere it would be the whole process's.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(OneThread, Itself, Lowest);
        foreach (var task in _tasks.GetConsumingEnumerable())
            TryExecuteTask(task);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int niceness);
}
