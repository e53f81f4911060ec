using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Varve.Datasets;
using Varve.Ingest.Columns;

namespace Varve.Ingest.Records;

/// <summary>
/// Records of one dataset as columns. A line is read in one pass that only notes where each field's value stands; then every column gets
/// its value or a null. What no column can take goes to <see cref="TableLayout.ExtraColumn"/>, so nothing of a record is lost.
/// </summary>
sealed class RecordBuffer
{
    const int NameCharsMax = 512;

    readonly Dataset _dataset;
    readonly ColumnBuffer[] _columns;
    readonly byte[][] _names;
    readonly bool[] _isJson;
    readonly Slot[] _slots;
    readonly int _timestamp;
    readonly Dictionary<string, int> _exact = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _anyCase = new(StringComparer.OrdinalIgnoreCase);
    readonly List<int> _predicted = [];
    readonly Utf8Column _extra = new(TableLayout.ExtraColumn);
    readonly TimestampColumn _ingestedAt = new(TableLayout.IngestedAtColumn);
    readonly ArrayBufferWriter<byte> _extraText = new(1024);
    int _generation;

    public RecordBuffer(Dataset dataset)
    {
        _dataset = dataset;
        _columns = [.. dataset.Fields.Select(TableSchemas.NewBuffer)];
        _names = [.. dataset.Fields.Select(field => Encoding.UTF8.GetBytes(field.Name))];
        _isJson = [.. dataset.Fields.Select(field => field.Type == FieldType.Json)];
        _slots = new Slot[_columns.Length];
        for (var column = 0; column < _columns.Length; column++)
        {
            _exact[dataset.Fields[column].Name] = column;
            _anyCase.TryAdd(dataset.Fields[column].Name, column);
            if (dataset.Fields[column] == dataset.TimestampField)
                _timestamp = column;
        }
    }

    /// <summary>Records held.</summary>
    public int Rows => _ingestedAt.Count;

    /// <summary>Bytes of the lines that the records came from.</summary>
    public long LineBytes { get; private set; }

    /// <summary>The columns of a data file, in the order of the table's schema.</summary>
    public IEnumerable<ColumnBuffer> Columns => [.. _columns, _extra, _ingestedAt];

    /// <summary>The instant of each record, in microseconds since 1970.</summary>
    public ReadOnlySpan<long> Timestamps => ((TimestampColumn)_columns[_timestamp]).Values;

    /// <summary>Appends the record of a line. Null when it was taken, else why not; then nothing was appended.</summary>
    /// <param name="line">One JSON object.</param>
    /// <param name="arrivalMicroseconds">The time of arrival, which stands in for a timestamp that is missing or unusable.</param>
    public string? Append(ReadOnlySpan<byte> line, long arrivalMicroseconds)
    {
        if (!Utf8.IsValid(line))
            return "not valid UTF-8";
        _generation++;
        _extraText.Clear();
        if (Scan(line) is { } reason)
            return reason;
        for (var column = 0; column < _columns.Length; column++)
            AppendValue(column, line);
        if (_columns[_timestamp].Count == Rows)
        {
            ((TimestampColumn)_columns[_timestamp]).Append(arrivalMicroseconds);
            AddExtra(Encoding.UTF8.GetBytes($"\"{TableLayout.TimestampSourceKey}\""), "\"arrival\""u8);
        }

        AppendExtra();
        _ingestedAt.Append(arrivalMicroseconds);
        LineBytes += line.Length;
        return null;
    }

    string? Scan(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            if (!reader.Read())
                return "empty";
            if (reader.TokenType != JsonTokenType.StartObject)
                return "not a JSON object";
            for (var position = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; position++)
            {
                var column = FindColumn(ref reader, position);
                var name = line.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2);
                reader.Read();
                var slot = new Slot((int)reader.TokenStartIndex, 0, reader.TokenType, _generation);
                reader.Skip();
                slot = slot with { Length = (int)reader.BytesConsumed - slot.Start };
                if (column < 0)
                    AddExtra(name, line.Slice(slot.Start, slot.Length));
                else
                    Note(column, slot, name, line);
            }

            // Reading on checks that nothing follows the object.
            reader.Read();
            return null;
        }
        catch (JsonException fault)
        {
            return $"not JSON: {FirstSentence(fault.Message)}";
        }
    }

    void Note(int column, Slot slot, ReadOnlySpan<byte> name, ReadOnlySpan<byte> line)
    {
        // Of a name that occurs twice the last value counts, as JSON readers have it; the one before is kept aside.
        var earlier = _slots[column];
        if (earlier.Generation == _generation)
            AddExtra(name, line.Slice(earlier.Start, earlier.Length));
        _slots[column] = slot;
    }

    int FindColumn(ref Utf8JsonReader reader, int position)
    {
        // Records of one source have their fields in one order: look where it was in the record before.
        if (position < _predicted.Count && _predicted[position] is >= 0 and var guess && reader.ValueTextEquals(_names[guess]))
            return guess;
        var column = Lookup(ref reader);
        while (_predicted.Count <= position)
            _predicted.Add(-1);
        return _predicted[position] = column;
    }

    int Lookup(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > NameCharsMax)
            return -1;
        Span<char> name = stackalloc char[NameCharsMax];
        try
        {
            name = name[..reader.CopyString(name)];
        }
        catch (InvalidOperationException)
        {
            return -1;
        }

        if (_exact.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var column))
            return column;
        return _anyCase.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out column) ? column : -1;
    }

    void AppendValue(int column, ReadOnlySpan<byte> line)
    {
        var slot = _slots[column];
        if (slot.Generation == _generation && slot.Kind != JsonTokenType.Null)
        {
            var raw = line.Slice(slot.Start, slot.Length);
            if (ValueConverter.TryAppend(_columns[column], _isJson[column], slot.Kind, raw))
                return;
            AddExtra(Encoding.UTF8.GetBytes($"\"{_dataset.Fields[column].Name}\""), raw);
        }

        if (column != _timestamp)
            _columns[column].AppendNull();
    }

    void AddExtra(ReadOnlySpan<byte> quotedName, ReadOnlySpan<byte> rawValue)
    {
        _extraText.Write(_extraText.WrittenCount == 0 ? "{"u8 : ","u8);
        _extraText.Write(quotedName);
        _extraText.Write(":"u8);
        _extraText.Write(rawValue);
    }

    void AppendExtra()
    {
        if (_extraText.WrittenCount == 0)
        {
            _extra.AppendNull();
            return;
        }

        _extraText.Write("}"u8);
        _extra.Append(_extraText.WrittenSpan);
    }

    static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    /// <summary>Where in the line a field's value stands; of this line only when the generation is the line's.</summary>
    readonly record struct Slot(int Start, int Length, JsonTokenType Kind, int Generation);
}
