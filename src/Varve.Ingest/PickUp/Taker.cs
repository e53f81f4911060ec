using System.Globalization;
using Varve.Ingest.PickUp.Claims;
using Varve.Ingest.PickUp.Source;
using Varve.Ingest.PickUp.State;
using Varve.Storage;

namespace Varve.Ingest.PickUp;

/// <summary>Takes one object in: claim, look whether it is done, store, write down, let go.</summary>
sealed class Taker(IObjectStore source, IngestPipeline pipeline, JobStore state, ClaimBoard claims, PickUpOptions options, Counts counts, TimeProvider clock)
{
    const int TriesMax = 8;
    static readonly TimeSpan TryPauseMin = TimeSpan.FromSeconds(1);
    static readonly TimeSpan TryPauseMax = TimeSpan.FromSeconds(30);

    PickUpLimits Limits => options.Limits;

    /// <exception cref="VarveException">Source or destination do not answer; the object will be looked at again.</exception>
    public async Task TakeAsync(Candidate candidate, Look look, CancellationToken cancellationToken)
    {
        var file = candidate.Object;
        if (await claims.TryTakeAsync(file.Id, cancellationToken) is not { } claim)
        {
            look.Leave(candidate);
            look.Hold(candidate);
            return;
        }

        // Whether all is known of how attempts on the object ended, so that nothing has to be remembered.
        var isKnown = !claim.IsInherited;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewing = RenewAsync(claim, ended.Token);
        try
        {
            // Who had the claim before may have done the object since it was listed, or have failed: its entry was written before it let go.
            await state.RefreshAsync(cancellationToken);
            if (await state.IsDoneAsync(file.Info.Path, file.Id, cancellationToken))
                isKnown = true;
            else if (state.FailureOf(file.Id) is { } failure && !(failure.Next <= clock.GetUtcNow()))
                WaitAfter(failure, candidate, look);
            else if (claim.IsInherited && claim.Since + Limits.RepeatHorizon < clock.GetUtcNow())
            {
                await GiveUpAsync(file, claim);
                isKnown = true;
            }
            else
            {
                isKnown = false;
                isKnown = await StoreAsync(candidate, look, cancellationToken) || !claim.IsInherited;
            }
        }
        finally
        {
            await ended.CancelAsync();
            await renewing;
            look.Leave(candidate);
            // What became of an attempt that broke off is not known: the next one has to know that there was one.
            await (isKnown ? claims.ReleaseAsync(claim, CancellationToken.None) : claims.LeaveAsync(claim, CancellationToken.None));
        }
    }

    /// <summary>True when the object is done; false when this attempt has stored nothing.</summary>
    async Task<bool> StoreAsync(Candidate candidate, Look look, CancellationToken cancellationToken)
    {
        var file = candidate.Object;
        for (var attempt = 1; ; attempt++)
        {
            await using var content = new SourceStream(source, file, Limits.ReadBytes);
            try
            {
                var outcome = file.Info.SizeBytes == 0 ? new IngestOutcome(0, 0, null, 0, []) : await pipeline.IngestAsync(Request(file), content, cancellationToken);
                await WriteDoneAsync(file, outcome);
                return true;
            }
            catch (VarveException) when (content.Fault == SourceFault.Gone)
            {
                counts.Change(static report => report with { Gone = report.Gone + 1 });
                return false;
            }
            catch (VarveException) when (content.Fault == SourceFault.Changed)
            {
                look.Wait(candidate, clock.GetUtcNow() + options.Settle);
                return false;
            }
            catch (VarveException fault) when (IsOfObject(fault) || content.Fault == SourceFault.Unreadable)
            {
                // Of a source that does not answer at all no object is to blame.
                if (fault.Kind == FaultKind.Unavailable)
                    await source.HeadAsync(file.Info.Path, cancellationToken);
                await FailAsync(candidate, fault.Message, look);
                return false;
            }
            catch (VarveException) when (attempt < TriesMax)
            {
                // The destination is away or busy. The batch has a key: one that was stored after all is not stored again.
                var pause = TryPauseMin * Math.Pow(2, attempt - 1);
                await Task.Delay(pause < TryPauseMax ? pause : TryPauseMax, clock, cancellationToken);
            }
        }
    }

    IngestRequest Request(SourceObject file) => new(options.Target with { Source = file.Info.Path })
    {
        Format = options.Format,
        FieldNames = options.FieldNames,
        SampleRate = options.SampleRate,
        BatchKey = $"pickup:{options.Job}:{file.Id}",
    };

    async Task WriteDoneAsync(SourceObject file, IngestOutcome outcome)
    {
        await state.WriteAsync(new JobEntry
        {
            Done = [new DoneObject(file.Id, file.Info.Path, clock.GetUtcNow(), outcome.Accepted, outcome.Rejected, file.Info.SizeBytes)],
        });
        counts.Change(report => report with
        {
            Done = report.Done + 1,
            Repeated = report.Repeated + (outcome.Repeated ? 1 : 0),
            Records = report.Records + outcome.Accepted,
            Rejected = report.Rejected + outcome.Rejected,
            Filtered = report.Filtered + outcome.Filtered,
            Bytes = report.Bytes + file.Info.SizeBytes,
        });
    }

    async Task FailAsync(Candidate candidate, string reason, Look look)
    {
        var file = candidate.Object;
        var (known, now) = (state.FailureOf(file.Id), clock.GetUtcNow());
        // The later attempt has to count, whatever the clocks of two machines say.
        now = known?.At >= now ? known.At.AddTicks(1) : now;
        var attempts = (known?.Attempts ?? 0) + 1;
        DateTimeOffset? next = attempts < Limits.AttemptsMax ? now + PauseAfter(attempts) : null;
        await WriteFailureAsync(new FailedObject(file.Id, file.Info.Path, now, attempts, reason, next));
        if (next is not null)
            look.Wait(candidate, next);
    }

    Task GiveUpAsync(SourceObject file, Claim claim) => WriteFailureAsync(new FailedObject(
        file.Id, file.Info.Path, clock.GetUtcNow(), 1,
        string.Create(CultureInfo.InvariantCulture, $"an attempt that began at {claim.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC broke off and may have stored it, too long ago to tell"),
        Next: null));

    async Task WriteFailureAsync(FailedObject failure)
    {
        var kept = failure with { Reason = failure.Reason.Length > Limits.ReasonLengthMax ? failure.Reason[..Limits.ReasonLengthMax] : failure.Reason };
        await state.WriteAsync(new JobEntry { Failed = [kept] });
        counts.Change(report => report with { Problem = $"{kept.Path}: {kept.Reason}" });
        if (state.FailedFinally is var failed && failed >= Limits.FailedMax)
            throw new VarveException(
                FaultKind.LimitExceeded, $"The job '{options.Job}' stops: {failed} objects could not be taken in, the last for: {kept.Reason} Look at them with --status.");
    }

    static void WaitAfter(FailedObject failure, Candidate candidate, Look look)
    {
        if (failure.Next is not null)
            look.Wait(candidate, failure.Next);
    }

    async Task RenewAsync(Claim claim, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Limits.Lease / 3, clock, cancellationToken);
                await claims.RenewAsync(claim, CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // The object is done with.
        }
        catch (VarveException)
        {
            // The claim runs out: another worker may begin the object too, which costs time and nothing else.
        }
    }

    TimeSpan PauseAfter(int attempts)
    {
        var pause = Limits.PauseMin * Math.Pow(6, attempts - 1);
        return pause < Limits.PauseMax ? pause : Limits.PauseMax;
    }

    // The request and the data are as they are: sent again they fail again, unless the object is put right.
    static bool IsOfObject(VarveException fault) => fault.Kind is FaultKind.Invalid or FaultKind.LimitExceeded or FaultKind.Corrupt or FaultKind.NotFound;
}
