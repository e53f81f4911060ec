using Varve.Query.Files;
using Varve.Query.Planning;
using Varve.Storage;

namespace Varve.Query.Execution;

/// <summary>Has on this machine what a plan over a bucket reads, before the engine starts.</summary>
/// <param name="cache">Where it is kept.</param>
/// <param name="planner">Makes the plans.</param>
/// <param name="firstLookBytesMin">Bytes that a first look has to be able to save.</param>
/// <param name="clock">The clock.</param>
sealed class PlanFetcher(RangeCache cache, Planner planner, long firstLookBytesMin, TimeProvider clock)
{
    /// <summary>Asks the engine something, and blocks until its rows are taken.</summary>
    public delegate void Ask(EngineRequest request, Action<RowBlock> take);

    /// <summary>Fetches what a plan reads, and blocks until it is here.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="ask">Asks the engine which files hold rows of the answer, where that may save much.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The plan with its lease, and maybe with fewer files.</returns>
    /// <exception cref="VarveException">As of <see cref="RangeCache.OpenAsync"/>.</exception>
    public QueryPlan Fetch(QueryPlan plan, Ask ask, CancellationToken cancellationToken)
    {
        var counter = new FetchCounter(clock);
        if (Planner.NewestWanted(plan) is var (files, column, wanted))
            plan = planner.Since(plan, OldestOf(Wait(cache.GroupsAsync(files, column, counter, cancellationToken)), wanted));
        if (planner.PlanFirstLook(plan) is { } look && LookAt(plan, look, counter, ask, cancellationToken) is var (only, oldest))
            plan = planner.Narrow(plan, only, oldest);
        return Fetch(plan, counter, cancellationToken);
    }

    /// <summary>The time from which on row groups have so many rows, when the footers tell; else null.</summary>
    static DateTimeOffset? OldestOf(IReadOnlyList<RowGroupTimes> groups, long wanted)
    {
        var rows = 0L;
        foreach (var group in groups.Where(group => group.Bounds is { Nulls: not null }).OrderByDescending(group => group.Bounds!.Value.Min))
            if ((rows += group.Rows - group.Bounds!.Value.Nulls!.Value) >= wanted)
                return DateTimeOffset.UnixEpoch.AddMicroseconds(group.Bounds.Value.Min);
        return null;
    }

    QueryPlan Fetch(QueryPlan plan, FetchCounter counter, CancellationToken cancellationToken)
    {
        var lease = Wait(cache.LookAsync(plan.Needed, counter, cancellationToken));
        try
        {
            cache.FetchAsync(lease, cancellationToken).GetAwaiter().GetResult();
            return plan with { Lease = lease };
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>The only files that hold rows of the answer, and the oldest that these can be; null when finding them costs more than it can save, or fails.</summary>
    (HashSet<string> Files, DateTimeOffset? Oldest)? LookAt(QueryPlan plan, QueryPlan look, FetchCounter counter, Ask ask, CancellationToken cancellationToken)
    {
        using (var all = Wait(cache.LookAsync(plan.Needed, counter, cancellationToken)))
        using (var few = Wait(cache.LookAsync(look.Needed, counter, cancellationToken)))
            if (all.MissingBytes - few.MissingBytes < firstLookBytesMin)
                return null;
        look = Fetch(look, counter, cancellationToken);
        using var lease = look.Lease!;
        try
        {
            var found = new List<(string, long, DateTime?, DateTime?)>();
            ask(look.ToEngine(rowsMax: null, answerBytesMax: long.MaxValue), block =>
            {
                for (var row = 0; row < block.Count; row++)
                    found.Add(((string)block.Columns[0][row]!, (long)block.Columns[1][row]!, (DateTime?)block.Columns[2][row], (DateTime?)block.Columns[3][row]));
            });
            return look.Look!.Choose(found);
        }
        catch (Exception fault) when (EngineFaults.Explain(fault) is VarveException { Kind: FaultKind.Invalid })
        {
            // Whether the statement itself fails over such a value is for its own run to say.
            return null;
        }
        catch (Exception fault) when (EngineFaults.Explain(fault) is VarveException { Kind: FaultKind.Corrupt })
        {
            lease.Doubt();
            throw;
        }
    }

    // The caller's thread is the engine's, which waits for the engine just so.
    static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
