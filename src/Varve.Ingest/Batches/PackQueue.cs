using Microsoft.Extensions.Logging;
using Varve.Delta.Index;
using Varve.Storage;

namespace Varve.Ingest.Batches;

/// <summary>
/// Data files of a table whose side indexes are in no pack yet. When there are enough of them, or the first has waited long enough, packs of them are
/// written: who looks a value up in many files then reads few.
/// </summary>
/// <param name="table">The table's folder.</param>
/// <param name="writer">Writes the packs.</param>
/// <param name="limits">How many files wait, and how long.</param>
/// <param name="clock">The clock.</param>
/// <param name="scheduler">Where packs are written meanwhile; null: the one who brings the last file waits.</param>
/// <param name="logger">Told of packs that could not be written.</param>
sealed class PackQueue(string table, IndexPackWriter writer, IngestLimits limits, TimeProvider clock, TaskScheduler? scheduler, ILogger logger)
{
    readonly Lock _lock = new();
    readonly SemaphoreSlim _oneAtATime = new(1);
    List<(string Path, long SizeBytes)> _waiting = [];
    long _since;

    /// <summary>Takes a data file whose index is stored.</summary>
    /// <param name="path">Its path relative to the table's folder, decoded.</param>
    /// <param name="sizeBytes">Its size.</param>
    public Task AddAsync(string path, long sizeBytes)
    {
        List<(string, long)> files;
        lock (_lock)
        {
            if (_waiting.Count == 0)
                _since = clock.GetTimestamp();
            _waiting.Add((path, sizeBytes));
            if (_waiting.Count < limits.PackedFiles && clock.GetElapsedTime(_since) < limits.PackAgeMax)
                return Task.CompletedTask;
            (files, _waiting) = (_waiting, []);
        }

        if (scheduler is null)
            return WriteAsync(files);
        _ = Task.Factory.StartNew(() => WriteAsync(files), CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
        return Task.CompletedTask;
    }

    /// <summary>Writes packs of those that wait now, when they are worth one, and waits for packs that are being written.</summary>
    public Task FlushAsync()
    {
        List<(string, long)> files;
        lock (_lock)
            (files, _waiting) = (_waiting, []);
        return WriteAsync(files);
    }

    /// <summary>It does not throw: a file that is in no pack is only found more slowly.</summary>
    async Task WriteAsync(List<(string, long)> files)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            if (files.Count == 0)
                return;
            var report = await writer.WriteAsync(files, CancellationToken.None);
            lock (_lock)
            {
                if (_waiting.Count == 0)
                    _since = clock.GetTimestamp();
                _waiting.AddRange(report.Left);
            }
        }
        catch (Exception fault)
        {
            Telemetry.PackFailures.Add(1);
            Log.NotPacked(logger, fault, files.Count, table);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }
}
