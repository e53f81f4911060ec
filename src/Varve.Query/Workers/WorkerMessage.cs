namespace Varve.Query.Workers;

/// <summary>What a message between a worker and its parent is about.</summary>
enum WorkerMessageKind : byte
{
    /// <summary>To the worker, first: the engine's settings.</summary>
    Begin = 1,

    /// <summary>To the worker: a statement. One at a time.</summary>
    Run,

    /// <summary>To the worker: stop the statement.</summary>
    Cancel,

    /// <summary>From the worker: how much is done.</summary>
    Progress,

    /// <summary>From the worker: the columns of the answer.</summary>
    Columns,

    /// <summary>From the worker: rows.</summary>
    Rows,

    /// <summary>From the worker, last: all rows were given.</summary>
    Done,

    /// <summary>From the worker, last: why it failed.</summary>
    Fault,
}

/// <summary>A message that was read.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Body">Its content.</param>
sealed record WorkerMessage(WorkerMessageKind Kind, BinaryReader Body);
