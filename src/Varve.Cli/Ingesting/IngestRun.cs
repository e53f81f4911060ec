using System.Globalization;
using Varve.Cli.Remote;
using Varve.Cli.Terminal;
using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest;
using Varve.Storage;

namespace Varve.Cli.Ingesting;

/// <summary>Files one after the other, each stored whole or not at all, with progress on standard error.</summary>
/// <param name="request">What all files have in common. With a batch key and several files, each gets its number added.</param>
/// <param name="files">Which.</param>
/// <param name="mode">How progress is shown.</param>
/// <param name="clock">The clock.</param>
sealed class IngestRun(IngestRequest request, IReadOnlyList<string> files, ProgressMode mode, TimeProvider clock)
{
    const int FileBufferBytes = 1 << 20;

    readonly IngestMeter _meter = new(files.Count, TotalBytes(files), clock);

    /// <summary>Into a store, by this process.</summary>
    public async Task<IngestReport> HereAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        await store.CheckConditionalPutsAsync(cancellationToken);
        var pipeline = new IngestPipeline(store, DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions());
        await using var line = new ProgressLine(mode, _meter.Text, clock);
        var report = await EachAsync(async (batch, file) =>
        {
            await using var content = Open(file);
            return await pipeline.IngestAsync(batch with { Progress = _meter }, content, cancellationToken);
        });
        await pipeline.GroupIndexesAsync();
        return report;
    }

    /// <summary>Through a server. Standard input is kept in a temporary file first, so that it can be sent again.</summary>
    public async Task<IngestReport> RemotelyAsync(Func<VarveClient> connect, TimeSpan retryFor, CancellationToken cancellationToken)
    {
        using var client = connect();
        await using var line = new ProgressLine(mode, _meter.Text, clock);
        var retry = new IngestRetry(retryFor, clock, new Random().NextDouble, line.Say);
        return await EachAsync(async (batch, file) =>
        {
            await using var kept = file == InputFiles.StandardInput && retryFor > TimeSpan.Zero ? await KeepAsync(cancellationToken) : null;
            Stream Reopen()
            {
                _meter.Restart();
                return kept is null ? Open(file) : new CountingStream(File.OpenRead(kept.Name), _meter.Read);
            }

            return await client.IngestAsync(batch, Reopen, retry, cancellationToken);
        });
    }

    async Task<IngestReport> EachAsync(Func<IngestRequest, string, Task<IngestOutcome>> ingest)
    {
        var report = new IngestReport(request.Target.Dataset);
        for (var index = 0; index < files.Count; index++)
        {
            var file = files[index];
            _meter.Begin();
            try
            {
                var key = request.BatchKey is { } all && files.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{all}-{index + 1}") : request.BatchKey;
                var outcome = await ingest(request with { Target = request.Target with { Source = file }, BatchKey = key }, file);
                _meter.End(outcome);
                report.Add(file, outcome);
            }
            catch (VarveException fault) when (files.Count > 1)
            {
                throw new VarveException(fault.Kind, $"{file}: {fault.Message} The files before it are stored ({report.Accepted} records).", fault);
            }
        }

        report.Bytes = _meter.Bytes;
        return report;
    }

    CountingStream Open(string file) => new(
        file == InputFiles.StandardInput
            ? Console.OpenStandardInput()
            : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, FileBufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan),
        _meter.Read);

    static async Task<FileStream> KeepAsync(CancellationToken cancellationToken)
    {
        var kept = new FileStream(
            Path.Combine(Path.GetTempPath(), $"varve-ingest-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write,
            FileShare.Read | FileShare.Delete, FileBufferBytes, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(kept, cancellationToken);
        await kept.FlushAsync(cancellationToken);
        return kept;
    }

    static long? TotalBytes(IReadOnlyList<string> files) =>
        files.Contains(InputFiles.StandardInput) ? null : files.Sum(static file => new FileInfo(file).Length);
}
