using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Varve.Datasets;
using Varve.Ingest.Columns;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Records;

/// <summary>
/// Records of one dataset as columns. What no column can take goes to <see cref="TableLayout.ExtraColumn"/>, so nothing of a record is lost.
/// It can be cleared and filled again. Not safe for several threads.
/// </summary>
sealed class RecordBuffer
{
    const int RowBytesFixed = 64;

    readonly RecordColumns _record;
    readonly LineParser _parser;
    readonly SlowReader _slow;
    readonly TextStage _stage;
    readonly TextColumn _extra = new(TableLayout.ExtraColumn);
    readonly TimestampColumn _ingestedAt = new(TableLayout.IngestedAtColumn);
    readonly DoubleColumn _sampleInterval = new(TableLayout.SampleIntervalColumn);
    readonly ArrayBufferWriter<byte> _extraText = new(1024);

    public RecordBuffer(Dataset dataset)
    {
        Dataset = dataset;
        _record = new RecordColumns(dataset);
        var names = new NameTable(dataset);
        _stage = new TextStage(_record.Columns);
        (_parser, _slow) = (new LineParser(dataset, _record, names, _stage), new SlowReader(dataset, _record, names));
        Columns = [.. _record.Columns, _extra, _ingestedAt, _sampleInterval];
    }

    /// <summary>What the records are.</summary>
    public Dataset Dataset { get; }

    /// <summary>The columns of a data file, in the order of the table's schema.</summary>
    public Column[] Columns { get; }

    /// <summary>Which of the columns places a record in time.</summary>
    public int TimestampColumn => _record.Timestamp;

    /// <summary>Records held.</summary>
    public int Rows { get; private set; }

    /// <summary>Bytes of the lines that the records came from.</summary>
    public long LineBytes { get; private set; }

    /// <summary>The instant of a record, in microseconds since 1970.</summary>
    public long TimestampOf(int row) => ((TimestampColumn)_record.Columns[_record.Timestamp])[row];

    /// <summary>Bytes of memory in use, about.</summary>
    public long UsedBytes()
    {
        long bytes = Rows * (long)RowBytesFixed;
        foreach (var column in Columns)
            bytes += column.UsedBytes;
        return bytes;
    }

    /// <summary>Forgets all records and keeps the memory.</summary>
    public void Clear()
    {
        foreach (var column in Columns)
            column.Clear();
        (Rows, LineBytes) = (0, 0);
    }

    /// <summary>Takes the record of a line.</summary>
    /// <param name="buffer">
    /// Holds the line, and <see cref="JsonBytes.Padding"/> bytes that can be read after it; the first of them is a newline. It has to stay as it is until
    /// <see cref="Settle"/>.
    /// </param>
    /// <param name="start">Where the line begins.</param>
    /// <param name="end">Where it ends: the place of the newline.</param>
    /// <param name="arrival">What the batch says of all its records.</param>
    public LineFate Take(byte[] buffer, int start, int end, in Arrival arrival)
    {
        var row = Rows;
        if (!Utf8.IsValid(buffer.AsSpan(start, end - start)))
            return LineFate.Rejected("not valid UTF-8");
        _record.ClearExtras();
        _stage.Begin(buffer, row);
        if (!_parser.TryParse(buffer, start, end, row))
        {
            Forget(row);
            _stage.Begin(buffer, row);
            if (_slow.Read(buffer, start, end, row) is { } reason)
            {
                Forget(row);
                return LineFate.Rejected(reason);
            }
        }

        if (arrival.Settings.Filters)
        {
            _stage.Settle();
            _record.Row = row;
            if (!arrival.Settings.Passes(_record))
            {
                Forget(row);
                return LineFate.LeftOut;
            }
        }

        SetExtra(buffer, row, arrival);
        _ingestedAt.Set(row, arrival.Microseconds);
        if (arrival.SampleInterval is { } interval)
            _sampleInterval.Set(row, interval);
        Rows++;
        LineBytes += end - start + 1;
        return LineFate.Accepted;
    }

    /// <summary>Puts the records taken last into the columns: the buffers of their lines are needed no more. Before that the columns lack some texts.</summary>
    public void Settle() => _stage.Settle();

    void Forget(int row)
    {
        _stage.Forget();
        _record.Forget(row);
    }

    void SetExtra(byte[] buffer, int row, in Arrival arrival)
    {
        var times = (TimestampColumn)_record.Columns[_record.Timestamp];
        var hasTime = times.Has(row);
        if (hasTime && _record.Extras.Count == 0)
            return;
        _extraText.ResetWrittenCount();
        foreach (var entry in _record.Extras)
        {
            var name = buffer.AsSpan(entry.Name, entry.NameLength);
            if (arrival.Settings.KeepsExtra(name[1..^1]))
                AddExtra(name, buffer.AsSpan(entry.Value, entry.ValueLength));
        }

        if (!hasTime)
        {
            times.Set(row, arrival.Microseconds);
            AddExtra(TimestampSource, "\"arrival\""u8);
        }

        if (_extraText.WrittenCount == 0)
            return;
        _extraText.Write("}"u8);
        _extra.Set(row, _extraText.WrittenSpan);
    }

    static readonly byte[] TimestampSource = Encoding.UTF8.GetBytes($"\"{TableLayout.TimestampSourceKey}\"");

    void AddExtra(ReadOnlySpan<byte> quotedName, ReadOnlySpan<byte> rawValue)
    {
        _extraText.Write(_extraText.WrittenCount == 0 ? "{"u8 : ","u8);
        _extraText.Write(quotedName);
        _extraText.Write(":"u8);
        _extraText.Write(rawValue);
    }
}

/// <summary>What a batch says of all its records.</summary>
/// <param name="Microseconds">When it arrived, since 1970; stands in for a timestamp that is missing or unusable.</param>
/// <param name="SampleInterval">How many records each one stands for; null: one.</param>
/// <param name="Settings">What is kept.</param>
readonly record struct Arrival(long Microseconds, double? SampleInterval, IngestSettings Settings);

/// <summary>What became of a line.</summary>
/// <param name="Kind">Which of three.</param>
/// <param name="Reason">Of a rejected one: why.</param>
readonly record struct LineFate(LineFateKind Kind, string? Reason)
{
    public static LineFate Accepted => new(LineFateKind.Accepted, null);

    /// <summary>The ingest filter did not let it in.</summary>
    public static LineFate LeftOut => new(LineFateKind.LeftOut, null);

    public static LineFate Rejected(string reason) => new(LineFateKind.Rejected, reason);
}

enum LineFateKind
{
    Accepted,
    LeftOut,
    Rejected,
}
