using Apache.Arrow;
using ParquetSharp;
using ParquetSharp.Arrow;
using Varve.Delta.Actions;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>A Parquet file of a checkpoint while it is written: row groups go in, and encoded bytes are all that stays in memory.</summary>
/// <param name="name">What it is, for messages.</param>
/// <param name="settings">Compression and the limit of its size.</param>
sealed class CheckpointFile(string name, CheckpointSettings settings) : IDisposable
{
    const int ZstdLevel = 3;

    static readonly string[] UniqueColumns = ["add.path", "add.stats", "remove.path"];

    readonly MemoryStream _bytes = new();
    FileWriter? _writer;
    int _adds;
    int _removes;

    /// <summary>Rows so far.</summary>
    public int Rows { get; private set; }

    /// <summary>Adds a row group.</summary>
    public void Write(IReadOnlyList<LogLine> lines, Func<IReadOnlyList<LogLine>, RecordBatch> toBatch)
    {
        using var batch = toBatch(lines);
        try
        {
            _writer ??= Open(batch.Schema);
            _writer.WriteRecordBatch(batch);
        }
        catch (Exception fault) when (fault is not (VarveException or OperationCanceledException))
        {
            throw _bytes.Length >= settings.FileBytesMax / 2
                ? TooLarge()
                : new VarveException(FaultKind.Internal, $"The {name} could not be encoded and was not published: {fault.Message}", fault);
        }

        if (_bytes.Length > settings.FileBytesMax)
            throw TooLarge();
        Rows += lines.Count;
        _adds += lines.Count(line => line.Add is not null);
        _removes += lines.Count(line => line.Remove is not null);
    }

    /// <summary>The file, after a look at its footer: a reader that finds other rows than were written must never get it.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        _writer?.Close();
        if (_bytes.Length > settings.FileBytesMax)
            throw TooLarge();
        var (rows, adds, removes) = Count();
        if (rows != Rows || adds != _adds || removes != _removes)
            throw new VarveException(FaultKind.Internal,
                $"The {name} holds {rows} rows ({adds} adds, {removes} removes) instead of {Rows} ({_adds}, {_removes}); it was not published.");
        return _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer?.Dispose();
        _bytes.Dispose();
    }

    FileWriter Open(Apache.Arrow.Schema schema)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(settings.Codec).Version(ParquetVersion.PARQUET_2_6).MaxRowGroupLength(settings.RowGroupRows).CreatedBy("varve");
        if (settings.Codec == Compression.Zstd)
            builder.CompressionLevel(ZstdLevel);
        // No two are alike: a dictionary would hold them all, and be slower to read.
        foreach (var unique in UniqueColumns)
            builder.DisableDictionary(unique);
        using var properties = builder.Build();
        return new FileWriter(_bytes, schema, properties, leaveOpen: true);
    }

    (long Rows, long Adds, long Removes) Count()
    {
        using var stream = new MemoryStream(_bytes.GetBuffer(), 0, (int)_bytes.Length, writable: false);
        using var reader = new ParquetFileReader(stream, leaveOpen: false);
        var schema = reader.FileMetaData.Schema;
        var (adds, removes) = (0L, 0L);
        for (var group = 0; group < reader.FileMetaData.NumRowGroups; group++)
        {
            using var rows = reader.RowGroup(group);
            for (var column = 0; column < schema.NumColumns; column++)
                switch (schema.Column(column).Path.ToDotString())
                {
                    case "add.path":
                        adds += Present(rows.MetaData.GetColumnChunkMetaData(column));
                        break;
                    case "remove.path":
                        removes += Present(rows.MetaData.GetColumnChunkMetaData(column));
                        break;
                }
        }

        return (reader.FileMetaData.NumRows, adds, removes);
    }

    static long Present(ColumnChunkMetaData column)
    {
        using (column)
        {
            using var statistics = column.Statistics;
            return column.NumValues - (statistics?.NullCount ?? 0);
        }
    }

    VarveException TooLarge() => new(FaultKind.LimitExceeded,
        $"The {name} is larger than {settings.FileBytesMax} bytes and was not published. Set delta.checkpointPolicy to v2: "
            + $"its sidecars each hold {settings.SidecarRows} files.");
}
