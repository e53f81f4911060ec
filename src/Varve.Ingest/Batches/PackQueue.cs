using Microsoft.Extensions.Logging;
using Varve.Delta.Index;

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
    List<(string Path, long SizeBytes)> _waiting = [];
    long _since;
    Task _writing = Task.CompletedTask;

    /// <summary>Takes a data file whose index is stored.</summary>
    /// <param name="path">Its path relative to the table's folder, decoded.</param>
    /// <param name="sizeBytes">Its size.</param>
    public Task AddAsync(string path, long sizeBytes)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
                _since = clock.GetTimestamp();
            _waiting.Add((path, sizeBytes));
            if (_waiting.Count < limits.PackedFiles && clock.GetElapsedTime(_since) < limits.PackAgeMax)
                return Task.CompletedTask;
            var writing = Begin();
            return scheduler is null ? writing : Task.CompletedTask;
        }
    }

    /// <summary>Writes packs of those that wait now, when they are worth one, and waits for packs that are being written.</summary>
    public Task FlushAsync()
    {
        lock (_lock)
            return Begin();
    }

    /// <summary>Begins to write packs of those that wait, after those that are being written.</summary>
    Task Begin()
    {
        var (before, files) = (_writing, _waiting);
        _waiting = [];
        return _writing = Task.Factory.StartNew(
            () => WriteAsync(before, files), CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler ?? TaskScheduler.Default).Unwrap();
    }

    /// <summary>It does not throw: a file that is in no pack is only found more slowly.</summary>
    async Task WriteAsync(Task before, List<(string, long)> files)
    {
        await before;
        try
        {
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
    }
}
