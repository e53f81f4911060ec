namespace Varve.Query.Execution;

/// <summary>The queries that wait or run, the oldest first.</summary>
sealed class RunningQueries
{
    readonly Lock _lock = new();
    readonly List<QueryRun> _runs = [];

    /// <summary>Raised when one was added.</summary>
    public event Action? Added;

    /// <summary>True when there are none.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _runs.Count == 0;
        }
    }

    public void Add(QueryRun run)
    {
        lock (_lock)
            _runs.Add(run);
        Added?.Invoke();
    }

    public void Remove(QueryRun run)
    {
        lock (_lock)
            _runs.Remove(run);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<QueryRun> All()
    {
        lock (_lock)
            return [.. _runs];
    }

    /// <summary>The queries of an account.</summary>
    public IReadOnlyList<QueryRun> Of(string account) => [.. All().Where(run => run.Request.Account == account)];

    /// <summary>A query of an account, or null: those of others are not seen.</summary>
    public QueryRun? Find(string id, string account) => Of(account).FirstOrDefault(run => run.Id == id);
}
