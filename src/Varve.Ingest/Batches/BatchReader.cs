using System.Threading.Channels;
using Varve.Datasets;
using Varve.Ingest.Flow;
using Varve.Ingest.Formats;
using Varve.Ingest.Lines;
using Varve.Ingest.Records;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Batches;

/// <summary>The tables that a batch goes to.</summary>
readonly record struct BatchTables(TableName Records, TableName Rejects);

/// <summary>
/// Reads the lines of a batch into buffers. One task reads and decompresses; others parse what it has read, each into a buffer of its own, and
/// write the buffer to files when it is full, while the rest go on. There is one of them until it cannot keep up, then as many as cores.
/// </summary>
sealed class BatchReader(
    IngestRequest request, BatchTables tables, DatasetCatalog catalog, IngestSettings settings, MemoryLease memory, BatchTools tools) : IDisposable
{
    const int BlocksAhead = 2;

    readonly IngestTarget _target = request.Target;
    readonly RejectLog _rejects = new(request.Target, request.RejectsShownMax ?? tools.Limits.RejectsShownMax, tools.Limits, settings);
    readonly RecordBuffer _rejectBuffer = tools.Buffers.Rent(catalog.Rejects);
    readonly SemaphoreSlim _rejecting = new(1, 1);
    readonly Channel<Block> _blocks = Channel.CreateBounded<Block>(new BoundedChannelOptions(BlocksAhead) { SingleWriter = true });
    readonly List<Task> _parsers = [];
    Stream? _lines;
    long _accepted;
    long _leftOut;
    long _bytes;
    long _bufferedBytes;
    long _newest = long.MinValue;

    /// <summary>What goes to the table of the dataset.</summary>
    public Spool Records { get; } = new();

    /// <summary>What goes to the rejects.</summary>
    public Spool Rejects { get; } = new();

    /// <summary>The newest timestamp among the records, in microseconds since 1970; null when there is none.</summary>
    public long? Newest => _newest == long.MinValue ? null : _newest;

    /// <summary>What was read.</summary>
    public IngestOutcome Outcome => new(_accepted, _rejects.Count, null, _bytes, _rejects.Shown) { Filtered = _leftOut };

    /// <summary>Reads to the end. When it throws, nothing of the batch is seen by anybody.</summary>
    public async Task ReadAsync(Stream lines, CancellationToken cancellationToken)
    {
        _lines = lines;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var reader = new BlockReader(lines, tools.Limits);
        try
        {
            while (await reader.ReadAsync(stop.Token) is { } block)
            {
                if (!_blocks.Writer.TryWrite(block))
                {
                    if (_parsers.Count < Environment.ProcessorCount)
                        StartParser(stop);
                    await _blocks.Writer.WriteAsync(block, stop.Token);
                }
                else if (_parsers.Count == 0)
                {
                    StartParser(stop);
                }
            }

            _blocks.Writer.Complete();
        }
        catch (Exception fault)
        {
            _blocks.Writer.Complete();
            await stop.CancelAsync();
            // What a parser met tells more than that reading was stopped because of it.
            await Task.WhenAll(_parsers);
            while (_blocks.Reader.TryRead(out var left))
                left.Dispose();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        }

        await Task.WhenAll(_parsers);
        _bytes = reader.BytesRead;
        if (_rejectBuffer.Rows > 0)
            Rejects.Add(_rejectBuffer);
        else
            tools.Buffers.Return(_rejectBuffer);
    }

    /// <summary>Gives the buffers back: nobody needs their records any more.</summary>
    public void Dispose()
    {
        foreach (var buffer in Records.Buffers.Concat(Rejects.Buffers))
            tools.Buffers.Return(buffer);
        _rejecting.Dispose();
    }

    void StartParser(CancellationTokenSource stop) => _parsers.Add(Task.Run(() => ParseAllAsync(stop), CancellationToken.None));

    async Task ParseAllAsync(CancellationTokenSource stop)
    {
        var buffer = tools.Buffers.Rent(_target.Dataset);
        try
        {
            // Not stopped by the reader's token: the reader ends the channel, also when it fails.
            await foreach (var block in _blocks.Reader.ReadAllAsync(CancellationToken.None))
                using (block)
                    if (!stop.IsCancellationRequested)
                        await ParseAsync(block, buffer, stop.Token);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            await stop.CancelAsync();
            throw;
        }
        catch (OperationCanceledException)
        {
            // The reader knows why.
        }

        if (buffer.Rows > 0 && !stop.IsCancellationRequested)
            await EndAsync(buffer, stop);
        else
            tools.Buffers.Return(buffer);
    }

    /// <summary>The end of a large batch is written by all who have a part of it, at once; that of a small one waits, to share a file with others.</summary>
    async Task EndAsync(RecordBuffer buffer, CancellationTokenSource stop)
    {
        if (buffer.LineBytes < tools.Limits.OwnFileBytesMin || _parsers.Count == 1)
        {
            Records.Add(buffer);
            return;
        }

        try
        {
            Records.Add(await tools.Files.WriteAsync(tables.Records, [buffer], settings, stop.Token));
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            await stop.CancelAsync();
            throw;
        }

        tools.Buffers.Return(buffer);
    }

    async Task ParseAsync(Block block, RecordBuffer buffer, CancellationToken cancellationToken)
    {
        var place = new Place(0, block.FirstLine);
        var rejected = new List<(int Start, int End, long Line, string Reason)>();
        var usedBefore = buffer.UsedBytes();
        while (place.At < block.Length)
        {
            using (await tools.Turns.EnterAsync(_target.Account))
                place = Parse(block, buffer, place, rejected);
            foreach (var (start, end, line, reason) in rejected)
                await RejectAsync(block, start, end, line, reason, cancellationToken);
            rejected.Clear();
            var used = buffer.UsedBytes();
            var hasRoom = memory.Hold(Interlocked.Add(ref _bufferedBytes, used - usedBefore));
            usedBefore = used;
            if (buffer.Rows > 0 && (!hasRoom || IsFull(buffer)))
            {
                Records.Add(await tools.Files.WriteAsync(tables.Records, [buffer], settings, cancellationToken));
                buffer.Clear();
                memory.Hold(Interlocked.Add(ref _bufferedBytes, -usedBefore));
                usedBefore = 0;
            }
        }

        request.Progress?.Report(new IngestProgress(block.Length, Interlocked.Read(ref _accepted)));
    }

    bool IsFull(RecordBuffer buffer) => buffer.LineBytes >= tools.Limits.FlushBytes || buffer.Rows >= tools.Limits.FlushRows;

    /// <summary>Parses lines until the block ends or the buffer is full.</summary>
    Place Parse(Block block, RecordBuffer buffer, Place place, List<(int, int, long, string)> rejected)
    {
        if (block.LongLineBytes is not null)
        {
            rejected.Add((0, block.Length, block.FirstLine, TooLong()));
            return new Place(block.Length, 0);
        }

        var arrival = new Arrival(Microseconds(tools.Clock.GetUtcNow()), request.SampleRate is { } rate ? 1 / rate : null, settings);
        var (at, line, accepted, leftOut, newest) = (place.At, place.Line, 0L, 0L, Interlocked.Read(ref _newest));
        var bytes = block.Bytes;
        for (; at < block.Length && !IsFull(buffer); line++)
        {
            var end = at + bytes.AsSpan(at, block.Length - at).IndexOf((byte)'\n');
            if (end - at > tools.Limits.LineBytesMax)
            {
                rejected.Add((at, end, line, TooLong()));
            }
            else if (!IsBlank(bytes.AsSpan(at, end - at)))
            {
                var fate = buffer.Take(bytes, at, end, arrival);
                if (fate.Kind == LineFateKind.Accepted)
                {
                    accepted++;
                    newest = Math.Max(newest, buffer.TimestampOf(buffer.Rows - 1));
                }
                else if (fate.Kind == LineFateKind.LeftOut)
                {
                    leftOut++;
                }
                else
                {
                    rejected.Add((at, end, line, fate.Reason!));
                }
            }

            at = end + 1;
        }

        buffer.Settle();
        Interlocked.Add(ref _accepted, accepted);
        Interlocked.Add(ref _leftOut, leftOut);
        RaiseNewest(newest);
        return new Place(at, line);
    }

    static bool IsBlank(ReadOnlySpan<byte> line) => line.IsEmpty || (line[0] <= ' ' && line.Trim(" \t\r"u8).IsEmpty);

    void RaiseNewest(long newest)
    {
        for (var known = Interlocked.Read(ref _newest); newest > known;)
        {
            var found = Interlocked.CompareExchange(ref _newest, newest, known);
            if (found == known)
                return;
            known = found;
        }
    }

    string TooLong() => $"longer than {tools.Limits.LineBytesMax} bytes";

    async Task RejectAsync(Block block, int start, int end, long line, string reason, CancellationToken cancellationToken)
    {
        var now = tools.Clock.GetUtcNow();
        var record = Note(block, start, end, line, reason, now);
        await _rejecting.WaitAsync(cancellationToken);
        try
        {
            _rejectBuffer.Take(record, 0, record.Length - JsonBytes.Padding - 1, new Arrival(Microseconds(now), null, IngestSettings.Everything));
            _rejectBuffer.Settle();
            if (IsFull(_rejectBuffer) || _rejectBuffer.UsedBytes() > MemoryBudget.BatchBytesMin)
            {
                Rejects.Add(await tools.Files.WriteAsync(tables.Rejects, [_rejectBuffer], IngestSettings.Everything, cancellationToken));
                _rejectBuffer.Clear();
            }
        }
        finally
        {
            _rejecting.Release();
        }
    }

    byte[] Note(Block block, int start, int end, long line, string reason, DateTimeOffset now)
    {
        var text = block.Bytes.AsSpan(start, end - start);
        // What could not be turned into a line of JSON brings its own reason.
        if (_lines is not null && RecordLines.MayRefuse(_lines) && RefusedLine.TryRead(text, out var refused))
        {
            tools.Activity.Rejected(_target, refused.Reason, line);
            return _rejects.Note(new Rejected(line, refused.Reason, refused.Text, refused.Bytes), now);
        }

        tools.Activity.Rejected(_target, reason, line);
        return _rejects.Note(new Rejected(line, reason, text, block.LongLineBytes ?? text.Length), now);
    }

    static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    readonly record struct Place(int At, long Line);
}
