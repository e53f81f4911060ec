using Varve.Delta;
using Varve.Simulation.Tests.Scheduling;
using Varve.Storage;

namespace Varve.Simulation.Tests.Actors;

/// <summary>A role that somebody plays in a run. When the machine that plays it dies, another takes the role over and knows only what is stored.</summary>
abstract class Actor(World world, string name)
{
    DeltaTable? _table;
    TableAppender? _appender;
    IObjectStore? _store;

    protected World World => world;

    protected Random Random => world.Random;

    protected string Name => name;

    protected Machine Machine { get; private set; } = world.NewMachine(name);

    protected IObjectStore Store => _store ??= world.StoreOf(Machine);

    /// <summary>Plays the role for some steps.</summary>
    public async Task PlayAsync(int steps)
    {
        for (var done = 0; done < steps; done++)
        {
            var step = GuardedStepAsync();
            if (await Task.WhenAny(step, Machine.Dead) != step)
            {
                await world.Scheduler.DelayAsync(TimeSpan.FromMilliseconds(Random.Next(1, 5_000)));
                (Machine, _table, _appender, _store) = (world.NewMachine(name), null, null, null);
                Forget();
                continue;
            }

            await step;
            await world.Scheduler.DelayAsync(TimeSpan.FromMilliseconds(Random.Next(0, Random.Next(4) == 0 ? 10_000 : 200)));
        }
    }

    /// <summary>One thing that the role does.</summary>
    protected abstract Task StepAsync();

    /// <summary>The machine died: what it knew is gone.</summary>
    protected virtual void Forget() { }

    protected void Say(string what) => world.Trace.Add(Machine.Name, what);

    /// <summary>The table as this machine has it open.</summary>
    protected async Task<DeltaTable> TableAsync() =>
        _table ??= await DeltaTable.OpenOrCreateAsync(Store, World.Table, world.Definition, world.OptionsOf(Machine), logger: null, CancellationToken.None);

    /// <summary>The table as this machine has it open to append to it.</summary>
    protected async Task<TableAppender> AppenderAsync() =>
        _appender ??= await TableAppender.OpenOrCreateAsync(Store, World.Table, world.Definition, world.OptionsOf(Machine), logger: null, CancellationToken.None);

    /// <summary>Opens the table anew, as a process does that has just started.</summary>
    protected async Task<DeltaTable> ReopenAsync()
    {
        (_table, _appender) = (null, null);
        return await TableAsync();
    }

    async Task GuardedStepAsync()
    {
        try
        {
            await StepAsync();
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Unavailable)
        {
            Say($"gives up: {fault.Message}");
        }
        catch (OperationCanceledException)
        {
            Say("gives up: cancelled");
        }
        catch (VarveException fault)
        {
            world.Trace.Fail($"{Machine.Name} was told {fault.Kind}: {fault.Message}");
        }
    }
}
