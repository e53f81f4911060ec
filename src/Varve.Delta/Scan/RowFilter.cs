using Apache.Arrow;
using Varve.Delta.Pruning;
using Varve.Delta.Schema;

namespace Varve.Delta.Scan;

/// <summary>Picks the rows of Arrow batches for which a predicate is true.</summary>
public sealed class RowFilter
{
    // As numbers, AND is the least, OR the greatest and NOT the difference to the greatest.
    const byte False = 0;
    const byte Unknown = 1;
    const byte True = 2;

    readonly BoundPredicate _predicate;

    /// <param name="predicate">The condition.</param>
    /// <param name="schema">The columns of the batches, as <see cref="TableScan"/> gives them.</param>
    /// <exception cref="Varve.Storage.VarveException">The predicate names a column that is not there, or a value of another kind.</exception>
    public RowFilter(Predicate predicate, TableSchema schema) => _predicate = BoundPredicate.Of(predicate, schema);

    /// <summary>The top-level columns that batches must have.</summary>
    public IEnumerable<string> Columns => _predicate.Columns.Select(column => column.Path.Names[0]).Distinct();

    /// <summary>The rows of the batch that match, in order.</summary>
    public int[] Select(RecordBatch batch)
    {
        var truths = TruthsOf(batch, _predicate.Root);
        var count = truths.AsSpan().Count(True);
        var rows = new int[count];
        for (int row = 0, next = 0; next < count; row++)
            if (truths[row] == True)
                rows[next++] = row;
        return rows;
    }

    /// <summary>The number of rows of the batch that match.</summary>
    public int Count(RecordBatch batch) => TruthsOf(batch, _predicate.Root).AsSpan().Count(True);

    byte[] TruthsOf(RecordBatch batch, BoundPredicate.Node node)
    {
        switch (node)
        {
            case BoundPredicate.Node.Compare compare:
                return Compare(new RowColumn(batch, _predicate.Columns[compare.Column]), compare);
            case BoundPredicate.Node.In set:
                return In(new RowColumn(batch, _predicate.Columns[set.Column]), set.Values);
            case BoundPredicate.Node.IsNull isNull:
                var column = new RowColumn(batch, _predicate.Columns[isNull.Column]);
                return Each(batch.Length, row => column.IsNull(row) ? True : False);
            case BoundPredicate.Node.Not not:
                var opposite = TruthsOf(batch, not.Part);
                for (var row = 0; row < opposite.Length; row++)
                    opposite[row] = (byte)(True - opposite[row]);
                return opposite;
            case BoundPredicate.Node.And and:
                return Fold(batch, and.Parts, True, static (left, right) => Math.Min(left, right));
            case BoundPredicate.Node.Or or:
                return Fold(batch, or.Parts, False, static (left, right) => Math.Max(left, right));
            default:
                var constant = ((BoundPredicate.Node.Constant)node).Value switch { true => True, false => False, null => Unknown };
                return Each(batch.Length, _ => constant);
        }
    }

    byte[] Fold(RecordBatch batch, BoundPredicate.Node[] parts, byte start, Func<byte, byte, byte> combine)
    {
        var all = Each(batch.Length, _ => start);
        foreach (var part in parts)
        {
            var truths = TruthsOf(batch, part);
            for (var row = 0; row < all.Length; row++)
                all[row] = combine(all[row], truths[row]);
        }

        return all;
    }

    static byte[] Compare(RowColumn column, BoundPredicate.Node.Compare compare)
    {
        var order = column.OrderTo(compare.Value);
        var (less, equal, greater) = compare.Operator switch
        {
            Comparison.Equal => (False, True, False),
            Comparison.NotEqual => (True, False, True),
            Comparison.Less => (True, False, False),
            Comparison.LessOrEqual => (True, True, False),
            Comparison.Greater => (False, False, True),
            _ => (False, True, True),
        };
        return Each(column.Length, row => column.IsNull(row) ? Unknown : order(row) switch { < 0 => less, 0 => equal, _ => greater });
    }

    static byte[] In(RowColumn column, DeltaValue[] values)
    {
        var orders = values.Select(value => column.OrderTo(value)).ToArray();
        return Each(column.Length, row => orders.Length == 0 ? False : column.IsNull(row) ? Unknown : IsIn(orders, row) ? True : False);
    }

    /// <summary>The values are in order: each look at the middle leaves one half.</summary>
    static bool IsIn(Func<int, int>[] orders, int row)
    {
        var (low, high) = (0, orders.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = orders[middle](row);
            if (order == 0)
                return true;
            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return false;
    }

    static byte[] Each(int length, Func<int, byte> truth)
    {
        var truths = new byte[length];
        for (var row = 0; row < length; row++)
            truths[row] = truth(row);
        return truths;
    }
}
