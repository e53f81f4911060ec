using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Varve.Delta.Pruning;

/// <summary>Takes out of the statistics of a file what some columns need, and passes over the rest. Made once, used for file after file.</summary>
sealed class StatisticsReader
{
    readonly IReadOnlyList<PredicateColumn> _columns;
    readonly Name _root = new([]);
    readonly DeltaValue?[] _min;
    readonly DeltaValue?[] _max;
    readonly long?[] _nullCounts;
    readonly KeepReason?[] _unreadable;

    public StatisticsReader(IReadOnlyList<PredicateColumn> columns)
    {
        _columns = columns;
        (_min, _max, _nullCounts, _unreadable) =
            (new DeltaValue?[columns.Count], new DeltaValue?[columns.Count], new long?[columns.Count], new KeepReason?[columns.Count]);
        for (var index = 0; index < columns.Count; index++)
            if (!columns[index].IsPartition)
                _root.Add(columns[index].PhysicalNames, index);
    }

    enum Group
    {
        Min,
        Max,
        Nulls,
    }

    /// <summary>Rows of the file; null when unknown.</summary>
    public long? NumRecords { get; private set; }

    /// <summary>False when the text is missing or is no JSON object.</summary>
    public bool IsReadable { get; private set; }

    /// <summary>Reads the text of a file's statistics. What cannot be read is unknown, never a fault.</summary>
    public void Read(string? json)
    {
        Clear();
        if (string.IsNullOrEmpty(json))
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            Read(buffer.AsSpan(0, Encoding.UTF8.GetBytes(json, buffer)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads the UTF-8 text of a file's statistics.</summary>
    public void Read(ReadOnlySpan<byte> json)
    {
        Clear();
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadMember(ref reader);
            IsReadable = true;
        }
        // A lone half of a surrogate pair is an InvalidOperationException.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            Clear();
        }
    }

    /// <summary>The bounds of a column.</summary>
    public ColumnBounds Bounds(int column)
    {
        if (!IsReadable)
            return ColumnBounds.Unknown(KeepReason.NoStatistics);
        var (min, max) = (_min[column], _max[column]);
        // The counts of a file with deleted rows may be those of before: only none and all still hold. Delta protocol: "Per-file Statistics".
        var nulls = _nullCounts[column] switch
        {
            0 => Nulls.None,
            { } count when count == NumRecords => Nulls.All,
            _ => Nulls.Unknown,
        };
        KeepReason? missing = min is not null && max is not null ? null
            : _unreadable[column] ?? (nulls == Nulls.All || min is not null || max is not null ? null : KeepReason.NotInStatistics);
        return new ColumnBounds(min, max, nulls, missing);
    }

    void Clear()
    {
        (NumRecords, IsReadable) = (null, false);
        Array.Clear(_min);
        Array.Clear(_max);
        Array.Clear(_nullCounts);
        Array.Clear(_unreadable);
    }

    void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("numRecords"u8))
        {
            reader.Read();
            NumRecords = Count(ref reader);
            reader.Skip();
        }
        else if (reader.ValueTextEquals("minValues"u8))
            ReadGroup(ref reader, _root, Group.Min);
        else if (reader.ValueTextEquals("maxValues"u8))
            ReadGroup(ref reader, _root, Group.Max);
        else if (reader.ValueTextEquals("nullCount"u8))
            ReadGroup(ref reader, _root, Group.Nulls);
        else
            reader.Skip();
    }

    void ReadGroup(ref Utf8JsonReader reader, Name parent, Group group)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = parent.Find(ref reader);
            if (name is null)
                reader.Skip();
            else if (name.HasChildren)
                ReadGroup(ref reader, name, group);
            else
            {
                reader.Read();
                ReadValue(ref reader, name.Column, group);
                reader.Skip();
            }
        }
    }

    void ReadValue(ref Utf8JsonReader reader, int column, Group group)
    {
        if (group == Group.Nulls)
        {
            _nullCounts[column] = Count(ref reader);
            return;
        }

        // A null that is written out is as good as none.
        if (reader.TokenType == JsonTokenType.Null)
            return;
        var bound = Bound(ref reader, _columns[column], group == Group.Max);
        (group == Group.Max ? _max : _min)[column] = bound is { } known ? BoundText.Outward(known, group == Group.Max) : null;
        if (bound is null)
            _unreadable[column] = _columns[column].WasWidened ? KeepReason.TypeChanged : KeepReason.NotComparable;
    }

    static DeltaValue? Bound(ref Utf8JsonReader reader, PredicateColumn column, bool isMax)
    {
        switch (reader.TokenType, column.Kind)
        {
            case (JsonTokenType.Number, DeltaValueKind.Integer):
                return reader.TryGetInt64(out var whole) ? DeltaValue.Of(whole) : null;
            case (JsonTokenType.String, DeltaValueKind.String):
                return reader.ValueIsEscaped ? DeltaValue.Of(reader.GetString()!) : DeltaValue.OfUtf8(reader.ValueSpan.ToArray());
            case (JsonTokenType.Number, DeltaValueKind.Real or DeltaValueKind.Decimal):
                return BoundText.Parse(Encoding.ASCII.GetString(reader.ValueSpan), column.Type, isMax, column.WasWidened);
            case (JsonTokenType.String, not (null or DeltaValueKind.Boolean or DeltaValueKind.Binary)):
                return BoundText.Parse(reader.GetString()!, column.Type, isMax, column.WasWidened);
            case (JsonTokenType.True or JsonTokenType.False, DeltaValueKind.Boolean):
                return DeltaValue.Of(reader.TokenType == JsonTokenType.True);
            default:
                return null;
        }
    }

    static long? Count(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) && count >= 0 ? count : null;

    /// <summary>A name on the way to a column.</summary>
    sealed class Name(byte[] utf8)
    {
        readonly List<Name> _children = [];

        public bool HasChildren => _children.Count > 0;

        public int Column { get; private set; } = -1;

        public void Add(IEnumerable<string> names, int column)
        {
            if (names.FirstOrDefault() is not { } first)
            {
                Column = column;
                return;
            }

            var bytes = Encoding.UTF8.GetBytes(first);
            var child = _children.Find(child => child.Is(bytes));
            if (child is null)
                _children.Add(child = new Name(bytes));
            child.Add(names.Skip(1), column);
        }

        public Name? Find(ref Utf8JsonReader reader)
        {
            foreach (var child in _children)
                if (reader.ValueTextEquals(child.Utf8))
                    return child;
            return null;
        }

        ReadOnlySpan<byte> Utf8 => utf8;

        bool Is(ReadOnlySpan<byte> other) => utf8.AsSpan().SequenceEqual(other);
    }
}
