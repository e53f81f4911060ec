using System.Threading.Channels;
using Varve.Datasets;
using Varve.Ingest.PickUp.Claims;
using Varve.Ingest.PickUp.State;
using Varve.Storage;

namespace Varve.Ingest.PickUp;

/// <summary>
/// Takes the objects of a bucket or folder in, each once: the door of pick-up. Any number of processes and machines may run the same job at the same
/// time; what is done is kept in the destination.
/// </summary>
public sealed class PickUpJob : IDisposable
{
    // Workers of several machines that all begin with the first names would get in each other's way.
    const int ShuffledMax = 256;
    static readonly TimeSpan ClaimsKept = TimeSpan.FromDays(7);
    static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(1);
    static readonly TimeSpan PollMax = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PollMin = TimeSpan.FromMilliseconds(200);

    readonly PickUpOptions _options;
    readonly IObjectStore _source;
    readonly IObjectStore _destination;
    readonly TimeProvider _clock;
    readonly Func<double> _random;
    readonly JobFiles _files;
    readonly JobStore _state;
    readonly ClaimBoard _claims;
    readonly Taker _taker;
    readonly Counts _counts = new();
    Look? _look;

    /// <param name="options">What is picked up.</param>
    /// <param name="source">Where the objects lie. They are only read.</param>
    /// <param name="destination">Where the tables are; the job's progress is kept there too.</param>
    /// <param name="pipeline">Stores the records in <paramref name="destination"/>.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="random">A number in [0, 1) for each choice among objects.</param>
    /// <exception cref="VarveException">An option is out of bounds.</exception>
    public PickUpJob(PickUpOptions options, IObjectStore source, IObjectStore destination, IngestPipeline pipeline, TimeProvider clock, Func<double> random)
        : this(options, source, destination, pipeline, clock, random, WorkerIdentity.OfThisProcess(NewName()))
    {
    }

    internal PickUpJob(
        PickUpOptions options, IObjectStore source, IObjectStore destination, IngestPipeline pipeline, TimeProvider clock, Func<double> random, WorkerIdentity me)
    {
        (_options, _source, _destination, _clock, _random) = (Checked(options), source, destination, clock, random);
        _files = new JobFiles(options.Target.Account, options.Job);
        _state = new JobStore(destination, _files, options.Limits, clock, NewName);
        _claims = new ClaimBoard(destination, _files, options.Limits, clock, me);
        _taker = new Taker(source, pipeline, _state, _claims, options, _counts, clock);
    }

    /// <summary>What has been done so far. May be asked while the job runs.</summary>
    public PickUpReport Report => (_look?.Complete(_counts.Report) ?? _counts.Report) with { Failed = _state.FailedFinally };

    /// <summary>
    /// Takes objects in until none is left that can be taken, or for ever when the job watches; in both cases until <paramref name="stop"/>: then what is
    /// being taken in is finished, or let go after <see cref="PickUpLimits.StopGrace"/>.
    /// </summary>
    /// <exception cref="VarveException">
    /// Source or destination do not answer (a job that watches waits and goes on), the name belongs to a job with another source or target, or too many
    /// objects have failed.
    /// </exception>
    public async Task<PickUpReport> RunAsync(CancellationToken stop)
    {
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _clock);
        await using var stopping = stop.Register(() => abort.CancelAfter(_options.Limits.StopGrace));
        var (pause, done, moved) = (PollMin, 0L, _clock.GetUtcNow());
        try
        {
            await JobDefinition.CheckAsync(_destination, _files, _options, _clock, abort.Token);
            while (!stop.IsCancellationRequested)
            {
                var next = _options.Every;
                try
                {
                    await PassAsync(stop, abort.Token);
                    pause = PollMin;
                }
                catch (VarveException fault) when (_options.Watch && fault.Kind is not (FaultKind.Invalid or FaultKind.LimitExceeded or FaultKind.Corrupt))
                {
                    _counts.Change(report => report with { Problem = fault.Message });
                    next = pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
                }

                var report = Report;
                if (report.Done > done)
                    (done, moved) = (report.Done, _clock.GetUtcNow());
                if (!_options.Watch && WaitFor(report, moved) is var wait)
                    if (wait is null)
                        break;
                    else
                        next = wait.Value;
                await Task.Delay(next, _clock, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was asked for.
        }

        return Report;
    }

    /// <summary>How far the job is; looks at the source and takes nothing in.</summary>
    /// <exception cref="VarveException">There is no such job, or source or destination do not answer.</exception>
    public async Task<PickUpStatus> StatusAsync(CancellationToken cancellationToken)
    {
        await JobDefinition.FindAsync(_destination, _files, _options, cancellationToken);
        await _state.RefreshAsync(cancellationToken);
        var held = await _claims.ListAsync(cancellationToken);
        var look = new Look(_source, _state, _options, _clock);
        await foreach (var candidate in look.ReadyAsync(_state.Listing?.After, cancellationToken))
        {
            look.Leave(candidate);
            if (held.Contains(candidate.Object.Id))
                look.Hold(candidate);
            else
                look.Wait(candidate, _clock.GetUtcNow());
        }

        var failed = _state.Failed.OrderBy(static each => each.Path, StorePath.Order).ToList();
        return new PickUpStatus(_options.Job, _options.Source, _state.Totals, failed, look.Complete(new PickUpReport()) with { Failed = _state.FailedFinally });
    }

    /// <summary>Has the objects of the failed list tried anew by the next run, and gives their number.</summary>
    /// <exception cref="VarveException">There is no such job, or the destination does not answer.</exception>
    public async Task<int> RetryFailedAsync(CancellationToken cancellationToken)
    {
        await JobDefinition.FindAsync(_destination, _files, _options, cancellationToken);
        await _state.RefreshAsync(cancellationToken);
        var now = _clock.GetUtcNow();
        var anew = _state.Failed.Where(static each => each.Next is null)
            .Select(each => each with { At = After(each.At, now), Attempts = 0, Next = now }).ToList();
        // They may lie before the names that looks begin with.
        if (anew.Count > 0)
            await _state.WriteAsync(new JobEntry { Failed = anew, Listing = new ListingNote(After(_state.Listing?.At, now), DateTimeOffset.MinValue, null, null) });
        return anew.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    /// <summary>One look at the source; all that can be taken in is.</summary>
    async Task PassAsync(CancellationToken stop, CancellationToken abort)
    {
        await _state.RefreshAsync(abort);
        var note = _state.Listing;
        var isFull = note is null || note.Full + _options.Limits.FullListingEvery <= _clock.GetUtcNow() || !(note.Since is null || _options.Since >= note.Since);
        var look = _look = new Look(_source, _state, _options, _clock);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(abort);
        var channel = Channel.CreateBounded<Candidate>(_options.Workers);
        var workers = Enumerable.Range(0, _options.Workers).Select(_ => WorkAsync(channel.Reader, look, failed, stop)).ToList();
        try
        {
            await ListAsync(look, isFull ? null : note!.After, channel.Writer, failed, stop);
        }
        finally
        {
            channel.Writer.TryComplete();
            await Task.WhenAll(workers);
        }

        if (stop.IsCancellationRequested)
            return;
        // A look that found nothing new says nothing.
        if (isFull || look.Finished() != note!.After)
            await _state.WriteAsync(new JobEntry { Listing = new ListingNote(look.Started, isFull ? look.Started : note!.Full, look.Finished(), _options.Since) });
        await _state.CompactWhenDueAsync(abort);
        if (isFull)
            await _claims.CleanAsync(ClaimsKept, abort);
    }

    async Task ListAsync(Look look, string? after, ChannelWriter<Candidate> ready, CancellationTokenSource failed, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, failed.Token);
        var shuffled = new List<Candidate>();
        try
        {
            await foreach (var candidate in look.ReadyAsync(after, either.Token))
            {
                shuffled.Add(candidate);
                if (shuffled.Count == ShuffledMax)
                    await ready.WriteAsync(TakeAny(shuffled), either.Token);
            }

            while (shuffled.Count > 0)
                await ready.WriteAsync(TakeAny(shuffled), either.Token);
        }
        catch (OperationCanceledException) when (failed.IsCancellationRequested || stop.IsCancellationRequested)
        {
            // The workers tell why.
        }
    }

    async Task WorkAsync(ChannelReader<Candidate> ready, Look look, CancellationTokenSource failed, CancellationToken stop)
    {
        try
        {
            await foreach (var candidate in ready.ReadAllAsync(failed.Token))
            {
                if (stop.IsCancellationRequested)
                    return;
                await _taker.TakeAsync(candidate, look, failed.Token);
                await _state.CompactWhenDueAsync(failed.Token);
            }
        }
        catch (OperationCanceledException) when (failed.IsCancellationRequested)
        {
            // Another worker tells why, or the job was stopped.
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    Candidate TakeAny(List<Candidate> candidates)
    {
        var index = (int)(_random() * candidates.Count);
        var taken = candidates[index];
        candidates[index] = candidates[^1];
        candidates.RemoveAt(candidates.Count - 1);
        return taken;
    }

    /// <summary>How long until another look may find something to do; null: that is too long, or nothing waits.</summary>
    TimeSpan? WaitFor(PickUpReport report, DateTimeOffset moved)
    {
        if (report.Held + report.Waiting == 0)
            return null;
        var (now, last) = (_clock.GetUtcNow(), moved + Longer(_options.Limits.WaitMax, _options.Settle));
        var due = report.Held > 0 ? now + PollMax : report.NextDue ?? now;
        if (now >= last || (report.Held == 0 && due > last))
            return null;
        var wait = due - now;
        return wait < PollMin ? PollMin : wait > PollMax ? PollMax : wait;
    }

    // What is written later has to count, whatever the clocks of two machines say.
    static DateTimeOffset After(DateTimeOffset? known, DateTimeOffset now) => known >= now ? known.Value.AddTicks(1) : now;

    static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    static string NewName() => Guid.NewGuid().ToString("N");

    static PickUpOptions Checked(PickUpOptions options)
    {
        if (!TableLayout.IsScopeName(options.Job))
            throw Invalid($"'{options.Job}' cannot be the name of a job: use 1 to 64 letters, digits, '.', '_' and '-', starting with a letter or digit.");
        if (!TableLayout.IsScopeName(options.Target.Account))
            throw Invalid($"'{options.Target.Account}' cannot be the name of an account: use 1 to 64 letters, digits, '.', '_' and '-', starting with a letter or digit.");
        if (options.Workers < 1 || options.Workers > options.Limits.WorkersMax)
            throw Invalid($"{options.Workers} workers cannot be had: ask for 1 to {options.Limits.WorkersMax}.");
        if (options.Settle < TimeSpan.Zero || options.Every <= TimeSpan.Zero)
            throw Invalid("A pause cannot be negative, and looks need one between them.");
        return options;
    }

    static VarveException Invalid(string message) => new(FaultKind.Invalid, message);
}
