using System.Threading.Channels;
using Varve.Query.Execution;
using Varve.Query.Planning;
using Varve.Storage;

namespace Varve.Query;

/// <summary>A query that runs: its plan, the columns of its answer, and the rows as they come. Dispose it to stop it.</summary>
public sealed class QueryRun : IAsyncDisposable
{
    const int BlocksAhead = 4;

    readonly Channel<RowBlock> _blocks;
    readonly TaskCompletionSource<IReadOnlyList<ResultColumn>> _columns = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _stop;
    readonly CancellationToken _callers;
    readonly EngineLane _lane;
    readonly PlanRefiner? _refiner;
    readonly AnswerCache? _answers;
    readonly TimeSpan _duration;
    readonly RunningQueries _running;
    readonly QueryLimits _limits;
    readonly TimeProvider _clock;
    readonly long _askedAt;
    IDisposable? _turn;
    IEngineCall? _call;
    VarveException? _reason;
    long _rows;
    int _state;
    int _isOver;
    int _disposals;
    bool _isFetched;
    List<RowBlock>? _kept;
    long _keptBytes;

    internal QueryRun(
        string id, QueryRequest request, QueryPlan plan, EngineLane lane, PlanRefiner? refiner, AnswerCache? answers, RunningQueries running, QueryLimits limits, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        _answers = request.IsExport ? null : answers;
        _duration = request.IsExport ? limits.ExportDuration : limits.Duration;
        _blocks = Channel.CreateBounded<RowBlock>(BlocksAhead);
        (Id, Request, Plan, _lane, _refiner, _running, _limits, _clock, _callers) = (id, request, plan, lane, refiner, running, limits, clock, cancellationToken);
        (AskedAt, _askedAt) = (clock.GetUtcNow(), clock.GetTimestamp());
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>A run that is over: its answer was known.</summary>
    internal QueryRun(string id, QueryRequest request, QueryPlan plan, EngineLane lane, RunningQueries running, QueryLimits limits, TimeProvider clock, CachedAnswer answer)
    {
        (Id, Request, Plan, _lane, _running, _limits, _clock) = (id, request, plan with { IsAnsweredBefore = true }, lane, running, limits, clock);
        (AskedAt, _askedAt) = (clock.GetUtcNow(), clock.GetTimestamp());
        _stop = new CancellationTokenSource();
        _blocks = Channel.CreateUnbounded<RowBlock>();
        _isOver = 1;
        (IsFromCache, IsTruncated, _rows) = (true, answer.IsTruncated, answer.Blocks.Sum(block => block.Count));
        _columns.SetResult(answer.Columns);
        foreach (var block in answer.Blocks)
            _blocks.Writer.TryWrite(block);
        End(fault: null);
    }

    /// <summary>Its id, unlike that of any other.</summary>
    public string Id { get; }

    /// <summary>What was asked.</summary>
    public QueryRequest Request { get; }

    /// <summary>What is read. It may get narrower, and learns what was fetched, until the columns of the answer are known.</summary>
    public QueryPlan Plan { get; private set; }

    /// <summary>When it was asked.</summary>
    public DateTimeOffset AskedAt { get; }

    /// <summary>True when the answer was known, and nothing was read for it.</summary>
    public bool IsFromCache { get; }

    /// <summary>True when it runs apart from the light ones.</summary>
    public bool IsHeavy => _lane.IsHeavy;

    /// <summary>Where it is.</summary>
    public QueryState State => (QueryState)Volatile.Read(ref _state);

    /// <summary>The columns of the answer; empty as long as they are not known.</summary>
    public IReadOnlyList<ResultColumn> Columns => _columns.Task.IsCompletedSuccessfully ? _columns.Task.Result : [];

    /// <summary>Rows given so far.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>True when there are more rows than the row limit. Known when the last block was read.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>
    /// What became of it, once it is over: <c>done</c>, <c>cut</c> at the row limit, <c>cancelled</c>, or the code of the error; before, <c>cancelled</c>, which is what
    /// becomes of it when nobody reads on.
    /// </summary>
    public string Outcome { get; private set; } = "cancelled";

    /// <summary>Time since it was asked.</summary>
    public TimeSpan Elapsed => _clock.GetElapsedTime(_askedAt);

    /// <summary>How far it is.</summary>
    public QueryProgress Progress => new(State, Volatile.Read(ref _call)?.Percentage(), Rows);

    /// <summary>Disposed of when it is over: those who wait for its answer need not wait any longer.</summary>
    internal IDisposable? Coming { get; init; }

    internal string Lane => _lane.Name;

    /// <summary>True when it runs in this process.</summary>
    internal bool IsHere => _lane.Workers is null;

    /// <summary>When the engine began, as a timestamp of the clock.</summary>
    internal long StartedAt { get; private set; }

    /// <summary>The columns of the answer, once the engine knows them: that is when its first rows are there.</summary>
    /// <exception cref="VarveException">The query failed before.</exception>
    public Task<IReadOnlyList<ResultColumn>> ColumnsAsync(CancellationToken cancellationToken) => _columns.Task.WaitAsync(cancellationToken);

    /// <summary>The rows. May be read once.</summary>
    /// <exception cref="VarveException">The query failed on its way; what was read before is not the whole answer.</exception>
    public IAsyncEnumerable<RowBlock> ReadAsync(CancellationToken cancellationToken) => _blocks.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Stops the query if it still runs, and frees what it held.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) == 0)
            await _stop.CancelAsync();
        await _ended.Task;
        _stop.Dispose();
    }

    /// <summary>Waits for its turn, and begins.</summary>
    /// <exception cref="VarveException">There was no room for it (<see cref="FaultKind.Busy"/>), or it was stopped while it waited.</exception>
    internal async Task StartAsync()
    {
        _running.Add(this);
        Count(Telemetry.Waiting, 1);
        try
        {
            _turn = await _lane.Turns.EnterAsync(Request.Account, _stop.Token);
        }
        catch (Exception fault)
        {
            var seen = Explain(fault, isLate: false);
            if (TryEnd())
                End(seen);
            await DisposeAsync();
            if (ReferenceEquals(seen, fault))
                throw;
            throw seen;
        }
        finally
        {
            Count(Telemetry.Waiting, -1);
        }

        Count(Telemetry.Running, 1);
        StartedAt = _clock.GetTimestamp();
        Volatile.Write(ref _state, (int)QueryState.Running);
        // The engine blocks its thread: it gets one of its own.
        _ = Task.Factory.StartNew(Execute, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Stops it for a reason, which whoever reads it is told.</summary>
    internal void Stop(VarveException reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at the same moment.
        }
    }

    void Execute()
    {
        using var deadline = new CancellationTokenSource(_duration, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, deadline.Token);
        Exception? fault = null;
        try
        {
            RunEngine(deadline, either.Token);
        }
        catch (Exception seen)
        {
            fault = Explain(seen, deadline.IsCancellationRequested);
            if (fault is VarveException { Kind: FaultKind.Corrupt })
                Plan.Lease?.Doubt();
        }

        Plan.Lease?.Dispose();
        if (TryEnd())
            End(fault);
        else
            _lane.CameBack();
    }

    void RunEngine(CancellationTokenSource deadline, CancellationToken cancellationToken)
    {
        // What is fetched narrows the plan; the answer is that of the whole.
        var asked = Plan.AnswerKey;
        _isFetched = Plan.Needed.Count == 0;
        if (_refiner is not null)
            Plan = _refiner.Refine(Plan, (look, take) => Ask(look, take, deadline, cancellationToken), cancellationToken);
        _isFetched = true;
        _kept = _answers is null ? null : [];
        var request = Plan.ToEngine(Plan.MayBeCut ? _limits.RowsMax : null, Request.IsExport ? _limits.ExportBytesMax : _limits.AnswerBytesMax);
        using var call = Begin(request, deadline, cancellationToken);
        IsTruncated = call.Run(columns => _columns.TrySetResult(columns), block => Send(block, cancellationToken));
        if (_kept is null)
            return;
        // Of a large answer, which somebody may read slowly, the time tells nothing.
        _lane.Speed.Note(Plan.BytesExpected, _clock.GetElapsedTime(StartedAt));
        _answers!.Keep(asked, new CachedAnswer(Columns, _kept, IsTruncated));
    }

    /// <summary>Asks the engine something beforehand, on the query's own turn.</summary>
    void Ask(EngineRequest request, Action<RowBlock> take, CancellationTokenSource deadline, CancellationToken cancellationToken)
    {
        using var call = Begin(request, deadline, cancellationToken);
        call.Run(static _ => { }, take);
    }

    IEngineCall Begin(EngineRequest request, CancellationTokenSource deadline, CancellationToken cancellationToken)
    {
        var call = _lane.Begin(request, stuck => GiveUp(stuck, deadline.IsCancellationRequested), cancellationToken);
        Volatile.Write(ref _call, call);
        return call;
    }

    /// <summary>Lets go of a call that does not stop: its thread ends when it does, and frees then what it held.</summary>
    void GiveUp(EngineCall call, bool isLate)
    {
        if (!TryEnd())
            return;
        _lane.GiveUp(call);
        End(Explain(new OperationCanceledException(), isLate));
    }

    // This thread is the engine's: it may wait for a slow reader.
    void Send(RowBlock block, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _rows, _rows + block.Count);
        if (_kept is not null && (_keptBytes += AnswerCache.SizeOf(block)) <= _limits.CachedAnswerBytesMax)
            _kept.Add(block);
        else
            _kept = null;
        _blocks.Writer.WriteAsync(block, cancellationToken).AsTask().GetAwaiter().GetResult();
    }

    bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;

    void End(Exception? fault)
    {
        if (Interlocked.Exchange(ref _state, (int)QueryState.Ended) == (int)QueryState.Running)
            Count(Telemetry.Running, -1);
        _turn?.Dispose();
        Coming?.Dispose();
        _running.Remove(this);
        Outcome = fault switch
        {
            null => IsTruncated ? "cut" : "done",
            VarveException known => known.Detail?.Code ?? "internal",
            OperationCanceledException => "cancelled",
            _ => "internal",
        };
        Telemetry.Duration.Record(Elapsed.TotalSeconds, new KeyValuePair<string, object?>("lane", Lane));
        if (fault is not null)
        {
            Telemetry.Failures.Add(1, new("lane", Lane), new("code", Outcome));
            _columns.TrySetException(fault);
            // Whoever reads the rows is told too: nobody has to look at both.
            _ = _columns.Task.Exception;
        }

        _blocks.Writer.TryComplete(fault);
        _ended.SetResult();
    }

    Exception Explain(Exception fault, bool isLate)
    {
        if (Volatile.Read(ref _reason) is { } reason)
            return reason;
        if (_callers.IsCancellationRequested || (_stop.IsCancellationRequested && !isLate))
            return new OperationCanceledException("The query was cancelled.", fault, _callers);
        if (isLate)
            return _isFetched ? EngineFaults.Timeout(_duration) : EngineFaults.FetchTimeout(_duration, fault);
        return EngineFaults.Explain(fault);
    }

    void Count(System.Diagnostics.Metrics.UpDownCounter<long> counter, int by) => counter.Add(by, new KeyValuePair<string, object?>("lane", Lane));
}
