namespace Varve.Delta.Pruning;

/// <summary>
/// Which truths a condition may have for rows of a file, from what the log tells of it. What is not known rules nothing out.
/// </summary>
/// <param name="predicate">The condition.</param>
/// <param name="trustsWriter">
/// Whether bounds hold for NaN and counts of nulls are right. Else NaN may be in any file, as most writers leave it out of bounds; and that
/// there are no nulls is not enough to leave a file out: there are tables whose statistics have a column that their files lack.
/// </param>
sealed class FileTruth(BoundPredicate predicate, bool trustsWriter)
{
    IFileFacts? _facts;

    /// <summary>The first column that could not be judged, with the reason.</summary>
    public (int Column, KeepReason Reason)? Obstacle { get; private set; }

    public Truths Of(IFileFacts facts)
    {
        (_facts, Obstacle) = (facts, null);
        return Of(predicate.Root);
    }

    Truths Of(BoundPredicate.Node node)
    {
        switch (node)
        {
            case BoundPredicate.Node.Constant constant:
                return TruthSets.Of(constant.Value);
            case BoundPredicate.Node.Compare compare:
                return OfCompare(compare);
            case BoundPredicate.Node.In set:
                return OfIn(set);
            case BoundPredicate.Node.IsNull isNull:
                return OfIsNull(isNull);
            case BoundPredicate.Node.Not not:
                return TruthSets.Not(Of(not.Part));
            case BoundPredicate.Node.And and:
                return OfAll(and.Parts);
            case BoundPredicate.Node.Or or:
                var any = Truths.False;
                foreach (var part in or.Parts)
                    any = TruthSets.Or(any, Of(part));
                return any;
            default:
                return Truths.Any;
        }
    }

    Truths OfAll(BoundPredicate.Node[] parts)
    {
        var all = Truths.True;
        foreach (var part in parts)
        {
            all = TruthSets.And(all, Of(part));
            // Nothing makes it anything else: the statistics need not be read.
            if (all == Truths.False)
                break;
        }

        return all;
    }

    Truths OfCompare(BoundPredicate.Node.Compare compare)
    {
        var bounds = BoundsOf(compare.Column);
        if (bounds.Nulls == Nulls.All)
            return Truths.Unknown;
        var (less, equal, greater) = Possible(compare.Column, bounds, compare.Value);
        var (whenLess, whenEqual, whenGreater) = compare.Operator switch
        {
            Comparison.Equal => (false, true, false),
            Comparison.NotEqual => (true, false, true),
            Comparison.Less => (true, false, false),
            Comparison.LessOrEqual => (true, true, false),
            Comparison.Greater => (false, false, true),
            _ => (false, true, true),
        };
        var truths = OfNulls(bounds);
        if ((less && whenLess) || (equal && whenEqual) || (greater && whenGreater))
            truths |= Truths.True;
        if ((less && !whenLess) || (equal && !whenEqual) || (greater && !whenGreater))
            truths |= Truths.False;
        return Judge(compare.Column, bounds, truths);
    }

    Truths OfIn(BoundPredicate.Node.In set)
    {
        if (set.Values.Length == 0)
            return Truths.False;
        var bounds = BoundsOf(set.Column);
        if (bounds.Nulls == Nulls.All)
            return Truths.Unknown;
        var (mayBeIn, mayBeOut) = (false, true);
        foreach (var value in set.Values)
        {
            var (less, equal, greater) = Possible(set.Column, bounds, value);
            mayBeIn |= equal;
            mayBeOut &= less || greater;
        }

        return Judge(set.Column, bounds, OfNulls(bounds) | (mayBeIn ? Truths.True : 0) | (mayBeOut ? Truths.False : 0));
    }

    Truths OfIsNull(BoundPredicate.Node.IsNull isNull)
    {
        var bounds = BoundsOf(isNull.Column);
        var truths = bounds.Nulls switch
        {
            Nulls.None when trustsWriter || predicate.Columns[isNull.Column].IsPartition => Truths.False,
            Nulls.All => Truths.True,
            _ => Truths.True | Truths.False,
        };
        return Judge(isNull.Column, bounds, truths);
    }

    static Truths OfNulls(in ColumnBounds bounds) => bounds.Nulls == Nulls.None ? Truths.None : Truths.Unknown;

    /// <summary>How values of the column may compare with a value. Bounds that contradict each other bound nothing.</summary>
    (bool Less, bool Equal, bool Greater) Possible(int column, in ColumnBounds bounds, in DeltaValue value)
    {
        var min = bounds.Min is { } low ? DeltaValue.Compare(low, value) : null;
        var max = bounds.Max is { } high ? DeltaValue.Compare(high, value) : null;
        if (bounds.Min is { } least && bounds.Max is { } most && DeltaValue.Compare(least, most) is null or > 0)
            return (true, true, true);
        var possible = (Less: min is null or < 0, Equal: min is null or <= 0 && max is null or >= 0, Greater: max is null or > 0);
        if (predicate.Columns[column] is { Kind: DeltaValueKind.Real, IsPartition: false } && !trustsWriter)
        {
            var isNaN = value.Kind == DeltaValueKind.Real && double.IsNaN(value.Real);
            possible.Equal |= isNaN;
            possible.Greater |= !isNaN;
        }

        return possible;
    }

    Truths Judge(int column, in ColumnBounds bounds, Truths truths)
    {
        if (bounds.Missing is { } reason && truths != Truths.True && truths != Truths.False)
            Obstacle ??= (column, reason);
        return truths;
    }

    ColumnBounds BoundsOf(int column) => predicate.Columns[column].IsPartition ? _facts!.PartitionValue(column) : _facts!.Bounds(column);
}
