using Apache.Arrow.Types;
using Varve.Delta.Files;
using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Maintenance.Merging;

/// <summary>A column of the files that a merge writes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its Arrow type.</param>
/// <param name="Encoding">How it is encoded.</param>
/// <param name="HasStatistics">Whether the log gets statistics of it.</param>
/// <param name="IsIndexed">Whether the side index has it.</param>
sealed record MergeColumn(string Name, IArrowType Type, ColumnEncoding Encoding, bool HasStatistics, bool IsIndexed)
{
    /// <summary>The columns of the table that some of the files have, in the table's order.</summary>
    /// <exception cref="VarveException">A file has a column with another type than the table: <see cref="FaultKind.Corrupt"/>.</exception>
    public static List<MergeColumn> Of(IReadOnlyList<MergeInput> inputs, MergeSpec spec)
    {
        var columns = new List<MergeColumn>();
        foreach (var field in spec.Schema.Fields.Where(field => !spec.PartitionColumns.Contains(field.Name)))
            if (Of(field, inputs, spec) is { } column)
                columns.Add(column);
        return columns;
    }

    static MergeColumn? Of(DeltaField field, IReadOnlyList<MergeInput> inputs, MergeSpec spec)
    {
        var expected = ArrowSchema.TypeOf(field.Type);
        IArrowType? type = null;
        var votes = new Dictionary<ColumnEncoding, long>();
        foreach (var input in inputs)
        {
            var index = input.Reader.Find(field.Name);
            if (index < 0)
                continue;
            var found = input.Reader.Schema.FieldsList[index].DataType;
            if (!IsSame(expected, found))
                throw new VarveException(FaultKind.Corrupt, $"The data file {input.Name} cannot be merged: its column {field.Name} is {found.Name}, the table's {expected.Name}.");
            type ??= found;
            var encoding = input.Reader.EncodingOf(index);
            votes[encoding] = votes.GetValueOrDefault(encoding) + input.Reader.Rows;
        }

        if (type is null)
            return null;
        var chosen = votes.MaxBy(vote => vote.Value).Key;
        var isText = expected is StringType;
        return new MergeColumn(
            field.Name,
            isText ? chosen == ColumnEncoding.Codes ? RowGather.Codes : StringType.Default : type,
            // Of nested columns only the values within have an encoding.
            type is NestedType ? ColumnEncoding.Dictionary : chosen,
            spec.StatisticsColumns.Contains(field.Name),
            isText && spec.IndexedColumns.Contains(field.Name));
    }

    /// <summary>The names of items within lists and maps differ between writers and mean nothing.</summary>
    static bool IsSame(IArrowType expected, IArrowType found) => (expected, found) switch
    {
        (StringType, DictionaryType { ValueType: StringType }) => true,
        (TimestampType one, TimestampType other) => one.Unit == other.Unit && one.Timezone is null == other.Timezone is null,
        (Decimal128Type one, Decimal128Type other) => (one.Precision, one.Scale) == (other.Precision, other.Scale),
        (NestedType one, NestedType other) => one.TypeId == other.TypeId && one.Fields.Count == other.Fields.Count
            && one.Fields.Zip(other.Fields).All(pair => IsSame(pair.First.DataType, pair.Second.DataType)),
        _ => expected.TypeId == found.TypeId,
    };
}
