using Varve.Query.Files;
using Varve.Query.Planning;
using Varve.Storage;

namespace Varve.Query.Execution;

/// <summary>Narrows a plan by what a first question to the engine tells, and has on this machine what it reads of a bucket, before the engine starts.</summary>
/// <param name="planner">Makes the plans.</param>
/// <param name="cache">Where parts of a bucket's files are kept; null when the store is a folder.</param>
/// <param name="firstLookBytesMin">Bytes that a first look has to be able to save.</param>
/// <param name="clock">The clock.</param>
sealed class PlanRefiner(Planner planner, RangeCache? cache, long firstLookBytesMin, TimeProvider clock)
{
    /// <summary>Of many files one of so many, the newest, is asked first for the newest rows.</summary>
    const int FewShare = 64;

    /// <summary>And then one of so many, when those had some of the rows.</summary>
    const int MoreShare = 8;

    /// <summary>Asks the engine something, and blocks until its rows are taken.</summary>
    public delegate void Ask(EngineRequest request, Action<RowBlock> take);

    /// <summary>Narrows a plan and fetches what it reads, and blocks until that is here.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="ask">Asks the engine which files hold rows of the answer, where that may save much.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The plan, maybe with fewer files, and over a bucket with its lease.</returns>
    /// <exception cref="VarveException">As of <see cref="RangeCache.OpenAsync"/>.</exception>
    public QueryPlan Refine(QueryPlan plan, Ask ask, CancellationToken cancellationToken) =>
        cache is null ? Newest(plan, ask) : Fetch(cache, plan, ask, cancellationToken);

    /// <summary>The plan for the newest rows alone, when enough of them are found: in few of the newest files, or in more when those few had some.</summary>
    QueryPlan Newest(QueryPlan plan, Ask ask)
    {
        var (narrowed, isNear) = Newest(plan, FewShare, ask);
        return narrowed ?? (isNear ? Newest(plan, MoreShare, ask).Narrowed : null) ?? plan;
    }

    /// <summary>The plan for the newest rows when enough are found in a share of the files, and else whether so many more files are likely to have them.</summary>
    (QueryPlan? Narrowed, bool IsNear) Newest(QueryPlan plan, int share, Ask ask)
    {
        if (planner.PlanNewest(plan, share) is not var (look, asked, wanted))
            return (null, false);
        var (found, oldest) = (0L, (DateTime?)null);
        try
        {
            ask(look.ToEngine(rowsMax: null, answerBytesMax: long.MaxValue), block => (found, oldest) = ((long)block.Columns[0][0]!, (DateTime?)block.Columns[1][0]));
        }
        catch (Exception fault) when (EngineFaults.Explain(fault) is VarveException { Kind: FaultKind.Invalid })
        {
            // Whether the statement itself fails over such a value is for its own run to say.
        }

        return found >= wanted && oldest is { } least
            ? (planner.Narrow(plan, asked, new DateTimeOffset(least, TimeSpan.Zero)), true)
            // Of files that were all asked there are no more.
            : (null, asked.Kept.Count < plan.Scans[0].Kept.Count && found * share / MoreShare >= wanted);
    }

    QueryPlan Fetch(RangeCache cache, QueryPlan plan, Ask ask, CancellationToken cancellationToken)
    {
        var counter = new FetchCounter(clock);
        if (Planner.NewestWanted(plan) is var (files, column, wanted))
            plan = planner.Since(plan, OldestOf(Wait(cache.GroupsAsync(files, column, counter, cancellationToken)), wanted));
        if (planner.PlanFirstLook(plan) is { } look && LookAt(cache, plan, look, counter, ask, cancellationToken) is var (only, oldest))
            plan = planner.Narrow(plan, only, oldest);
        return Fetch(cache, plan, counter, cancellationToken);
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

    static QueryPlan Fetch(RangeCache cache, QueryPlan plan, FetchCounter counter, CancellationToken cancellationToken) =>
        plan with { Lease = Wait(cache.OpenAsync(plan.Needed, cancellationToken, counter)) };

    /// <summary>The only files that hold rows of the answer, and the oldest that these can be; null when finding them costs more than it can save, or fails.</summary>
    (HashSet<string> Files, DateTimeOffset? Oldest)? LookAt(RangeCache cache, QueryPlan plan, QueryPlan look, FetchCounter counter, Ask ask, CancellationToken cancellationToken)
    {
        using (var all = Wait(cache.LookAsync(plan.Needed, counter, cancellationToken)))
        using (var few = Wait(cache.LookAsync(look.Needed, counter, cancellationToken)))
            if (all.MissingBytes - few.MissingBytes < firstLookBytesMin)
                return null;
        look = Fetch(cache, look, counter, cancellationToken);
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
