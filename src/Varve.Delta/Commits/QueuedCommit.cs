namespace Varve.Delta.Commits;

/// <summary>A commit that waits to be made, and its caller with it.</summary>
/// <param name="request">What it does.</param>
/// <param name="written">The table as it was when it was asked for: its files were written for that, or for a state before.</param>
/// <param name="cancellationToken">The caller's.</param>
sealed class QueuedCommit(CommitRequest request, TableState written, CancellationToken cancellationToken)
{
    // What an action has beside its path and statistics, about.
    const int ActionBytes = 256;

    readonly TaskCompletionSource<CommitOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CommitRequest Request => request;

    public TableState Written => written;

    public CancellationToken Token => cancellationToken;

    public int Actions => request.Adds.Count + request.Transactions.Count;

    public long Bytes =>
        ((long)ActionBytes * Actions) + request.Adds.Sum(add => add.Path.Length + (add.Stats?.Length ?? 0L));

    /// <summary>True when this caller is to make the next group; known when <see cref="Turn"/> is there.</summary>
    public bool Leads { get; private set; }

    public bool IsSettled => _outcome.Task.IsCompleted;

    public Task Turn => _turn.Task;

    public Task<CommitOutcome> Outcome => _outcome.Task;

    public void Lead()
    {
        Leads = true;
        _turn.TrySetResult();
    }

    public void Settle(CommitOutcome outcome)
    {
        _outcome.TrySetResult(outcome);
        _turn.TrySetResult();
    }

    public void Fail(Exception fault)
    {
        if (fault is OperationCanceledException && Token.IsCancellationRequested)
            _outcome.TrySetCanceled(Token);
        else
            _outcome.TrySetException(fault);
        _turn.TrySetResult();
    }
}
