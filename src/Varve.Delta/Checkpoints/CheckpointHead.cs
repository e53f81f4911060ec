using Varve.Delta.Actions;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>
/// Reads what a checkpoint says of anything but files. Of a large Parquet file only the footer and the columns of these actions are fetched, which
/// are a few kilobytes however many files the table has.
/// </summary>
sealed class CheckpointHead(IObjectStore store, string logFolder, string table)
{
    const int WholeBytesMax = 512 * 1024;
    const int FrontBytes = 64 * 1024;
    const int FooterBytes = 128 * 1024;
    const int RangeBytesMin = 64 * 1024;
    const int FetchesMax = 256;

    /// <exception cref="VarveException">A file is damaged: <see cref="FaultKind.Corrupt"/>.</exception>
    public async Task<List<LogLine>> ReadAsync(CheckpointFiles checkpoint, CancellationToken cancellationToken)
    {
        var lines = new List<LogLine>();
        foreach (var name in checkpoint.Names)
            lines.AddRange(await ReadFileAsync(logFolder + name, cancellationToken));
        foreach (var stated in lines.Select(line => line.CheckpointMetadata).OfType<CheckpointMetadata>())
            if (stated.Version != checkpoint.Version)
                throw new VarveException(FaultKind.Corrupt, $"The checkpoint {logFolder}{checkpoint.Names[0]} says that it is of version {stated.Version}.");
        return lines;
    }

    async Task<IEnumerable<LogLine>> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        var head = await store.HeadAsync(path, cancellationToken) ?? throw Missing(path);
        if (path.EndsWith(".json", StringComparison.Ordinal))
            return ActionJson.Read(await ReadWholeAsync(path, cancellationToken), path).Where(line => line.Add is null && line.Remove is null);
        var content = new SparseContent(head.SizeBytes);
        if (head.SizeBytes <= WholeBytesMax)
            content.Add(0, await ReadWholeAsync(path, cancellationToken));
        else
        {
            await FetchAsync(content, path, 0, FrontBytes, cancellationToken);
            await FetchAsync(content, path, head.SizeBytes - FooterBytes, FooterBytes, cancellationToken);
        }

        for (var fetches = 0; ; fetches++)
        {
            try
            {
                content.Position = 0;
                return CheckpointSegments.ReadOthers(content);
            }
            catch (Exception fault) when (fault is not (VarveException or OperationCanceledException))
            {
                if (content.Missing is not { } range || fetches == FetchesMax)
                    throw new VarveException(FaultKind.Corrupt, $"The checkpoint {path} of {table} cannot be read: {fault.Message}", fault);
                await FetchAsync(content, path, range.Offset, Math.Max(range.Length, RangeBytesMin), cancellationToken);
            }
        }
    }

    async Task FetchAsync(SparseContent content, string path, long offset, int length, CancellationToken cancellationToken) =>
        content.Add(offset, await store.ReadRangeAsync(path, offset, length, cancellationToken) ?? throw Missing(path));

    async Task<byte[]> ReadWholeAsync(string path, CancellationToken cancellationToken) => await store.ReadAsync(path, cancellationToken) ?? throw Missing(path);

    static VarveException Missing(string path) =>
        new(FaultKind.Unavailable, $"The checkpoint file {path} is not there: it was removed while the checkpoint was being read. Try again.");
}
