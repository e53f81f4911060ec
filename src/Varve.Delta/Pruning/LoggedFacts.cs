using Varve.Delta.Actions;

namespace Varve.Delta.Pruning;

/// <summary>The facts in an add action. Made once, used for file after file; statistics are read when they are first asked for.</summary>
sealed class LoggedFacts(IReadOnlyList<PredicateColumn> columns) : IFileFacts
{
    readonly StatisticsReader _statistics = new(columns);
    AddFile? _file;
    bool _isRead;

    /// <inheritdoc/>
    public long? NumRecords => Statistics().NumRecords;

    /// <summary>Goes on to another file.</summary>
    public void Load(AddFile file) => (_file, _isRead) = (file, false);

    /// <inheritdoc/>
    public ColumnBounds PartitionValue(int column) => PartitionValue(_file!.PartitionValues, columns[column]);

    /// <summary>The value of a partition column among the values of a file.</summary>
    public static ColumnBounds PartitionValue(IReadOnlyDictionary<string, string?> values, PredicateColumn column)
    {
        if (!TryGetPartitionText(values, column.PhysicalNames[0], out var text))
            return ColumnBounds.Unknown(KeepReason.NotComparable);
        // The empty text is null for every type. Delta protocol: "Partition Value Serialization".
        if (string.IsNullOrEmpty(text))
            return new ColumnBounds(null, null, Nulls.All);
        return Scan.PartitionValue.TryRead(text, column.Type) is { } value
            ? new ColumnBounds(value, value, Nulls.None)
            : ColumnBounds.Unknown(KeepReason.NotComparable);
    }

    /// <inheritdoc/>
    public ColumnBounds Bounds(int column) => Statistics().Bounds(column);

    /// <summary>The text of a partition value: by the exact name, else ignoring case.</summary>
    public static bool TryGetPartitionText(IReadOnlyDictionary<string, string?> values, string name, out string? text)
    {
        if (values.TryGetValue(name, out text))
            return true;
        foreach (var (key, value) in values)
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                text = value;
                return true;
            }

        return false;
    }

    StatisticsReader Statistics()
    {
        if (!_isRead)
            _statistics.Read(_file!.Stats);
        _isRead = true;
        return _statistics;
    }
}
