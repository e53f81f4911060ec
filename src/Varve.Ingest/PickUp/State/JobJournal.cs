using System.Globalization;
using Varve.Storage;

namespace Varve.Ingest.PickUp.State;

/// <summary>Writes entries; those that come while one is being written go into the next one together.</summary>
sealed class JobJournal(IObjectStore store, JobFiles files, TimeProvider clock, Func<string> newName)
{
    const int AttemptsMax = 6;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly Lock _lock = new();
    readonly List<(JobEntry Entry, TaskCompletionSource<(string Name, JobEntry Entry)> Written)> _waiting = [];
    bool _isWriting;

    /// <summary>Writes the facts and gives the entry that holds them, whole: others' may be in it too.</summary>
    /// <exception cref="VarveException">The store does not answer; the facts may be written or not.</exception>
    public Task<(string Name, JobEntry Entry)> WriteAsync(JobEntry entry)
    {
        var written = new TaskCompletionSource<(string Name, JobEntry Entry)>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((entry, written));
            if (_isWriting)
                return written.Task;
            _isWriting = true;
        }

        _ = Task.Run(WriteWaitingAsync);
        return written.Task;
    }

    async Task WriteWaitingAsync()
    {
        while (true)
        {
            List<(JobEntry Entry, TaskCompletionSource<(string Name, JobEntry Entry)> Written)> group;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _isWriting = false;
                    return;
                }

                group = [.. _waiting];
                _waiting.Clear();
            }

            try
            {
                var entry = Union([.. group.Select(static each => each.Entry)]);
                var name = await PutAsync(entry);
                foreach (var (_, written) in group)
                    written.SetResult((name, entry));
            }
            catch (Exception fault)
            {
                foreach (var (_, written) in group)
                    written.SetException(fault);
            }
        }
    }

    async Task<string> PutAsync(JobEntry entry)
    {
        var name = $"{clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}-{newName()}.json";
        var content = JobFiles.Write(entry);
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            // Nobody else uses this name: if it is there, it is there by an attempt whose answer was lost.
            if (await store.PutIfAbsentAsync(files.Entries + name, content, CancellationToken.None) != PutOutcome.Unknown)
                return name;
            await Task.Delay(Pause * Math.Pow(2, attempt - 1), clock, CancellationToken.None);
        }

        throw new VarveException(FaultKind.Unavailable, $"The progress of the job could not be written to {files.Root} in {store.Root}.");
    }

    static JobEntry Union(IReadOnlyList<JobEntry> entries) => entries is [var only] ? only : new JobEntry
    {
        Done = [.. entries.SelectMany(static entry => entry.Done)],
        Failed = [.. entries.SelectMany(static entry => entry.Failed)],
        Listing = entries.Select(static entry => entry.Listing).OfType<ListingNote>().MaxBy(static note => note.At),
    };
}
