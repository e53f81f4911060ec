using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Pruning;

/// <summary>A predicate whose columns are numbered: what files and rows are held against.</summary>
sealed class BoundPredicate
{
    readonly TableSchema _schema;
    readonly ColumnMapping _mapping;
    readonly IReadOnlyList<string> _partitionColumns;
    readonly List<PredicateColumn> _columns = [];
    readonly Dictionary<ColumnPath, int> _indexes = [];

    BoundPredicate(TableSchema schema, ColumnMapping mapping, IReadOnlyList<string> partitionColumns) =>
        (_schema, _mapping, _partitionColumns) = (schema, mapping, partitionColumns);

    /// <summary>The columns, by the numbers that the nodes have.</summary>
    public IReadOnlyList<PredicateColumn> Columns => _columns;

    /// <summary>The condition.</summary>
    public Node Root { get; private set; } = new Node.Constant(true);

    /// <exception cref="VarveException">There is no such column, or a value does not compare with it.</exception>
    public static BoundPredicate Of(Predicate predicate, Snapshot snapshot) =>
        Of(predicate, snapshot.Schema, ColumnMapping.Of(snapshot), snapshot.Metadata.PartitionColumns);

    /// <summary>For rows: names of the schema are names of the columns.</summary>
    public static BoundPredicate Of(Predicate predicate, TableSchema schema) => Of(predicate, schema, new ColumnMapping(ColumnMappingMode.None), []);

    static BoundPredicate Of(Predicate predicate, TableSchema schema, ColumnMapping mapping, IReadOnlyList<string> partitionColumns)
    {
        var bound = new BoundPredicate(schema, mapping, partitionColumns);
        bound.Root = bound.Bind(predicate);
        return bound;
    }

    Node Bind(Predicate predicate) => predicate switch
    {
        Predicate.Constant constant => new Node.Constant(constant.Value),
        Predicate.Compare compare => new Node.Compare(IndexOf(compare.Column, [compare.Value]), compare.Operator, compare.Value),
        Predicate.In set => new Node.In(IndexOf(set.Column, set.Values), Sorted(set.Values)),
        Predicate.IsNull isNull => new Node.IsNull(IndexOf(isNull.Column)),
        Predicate.IsNotNull isNotNull => new Node.Not(new Node.IsNull(IndexOf(isNotNull.Column))),
        // Partition values are at hand; statistics have to be read.
        Predicate.And and => new Node.And([.. and.Parts.Select(Bind).OrderByDescending(IsOfPartition)]),
        Predicate.Or or => new Node.Or([.. or.Parts.Select(Bind)]),
        Predicate.Not not => new Node.Not(Bind(not.Part)),
        _ => throw new VarveException(FaultKind.Internal, $"There is no rule for the condition {predicate}."),
    };

    bool IsOfPartition(Node node) => node switch
    {
        Node.Compare compare => _columns[compare.Column].IsPartition,
        Node.In set => _columns[set.Column].IsPartition,
        Node.IsNull isNull => _columns[isNull.Column].IsPartition,
        Node.Not not => IsOfPartition(not.Part),
        _ => false,
    };

    static DeltaValue[] Sorted(IReadOnlyList<DeltaValue> values)
    {
        var sorted = values.ToArray();
        System.Array.Sort(sorted, static (left, right) => DeltaValue.Compare(left, right) ?? 0);
        return sorted;
    }

    int IndexOf(ColumnPath path, IReadOnlyList<DeltaValue> values)
    {
        var index = IndexOf(path);
        foreach (var value in values)
            if (_columns[index].Kind is not { } kind || !DeltaValue.AreComparable(kind, value.Kind))
                throw new VarveException(
                    FaultKind.Invalid, $"The column {path} compares with {ValueText.Describe(_columns[index].Type)}, not with {value}.");
        return index;
    }

    int IndexOf(ColumnPath path)
    {
        if (_indexes.TryGetValue(path, out var index))
            return index;
        var fields = PredicateColumn.Resolve(path, _schema)
            ?? throw new VarveException(
                FaultKind.Invalid, $"There is no column {path}. There are {string.Join(", ", _schema.Fields.Select(field => field.Name))}.");
        _columns.Add(PredicateColumn.Of(fields, _mapping, _partitionColumns));
        return _indexes[path] = _columns.Count - 1;
    }

    /// <summary>A part of the condition.</summary>
    internal abstract record Node
    {
        private Node() { }

        public sealed record Constant(bool? Value) : Node;

        public sealed record Compare(int Column, Comparison Operator, DeltaValue Value) : Node;

        /// <summary>Values in their order.</summary>
        public sealed record In(int Column, DeltaValue[] Values) : Node;

        public sealed record IsNull(int Column) : Node;

        public sealed record And(Node[] Parts) : Node;

        public sealed record Or(Node[] Parts) : Node;

        public sealed record Not(Node Part) : Node;
    }
}
