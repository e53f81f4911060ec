namespace Varve.Ingest.Settings;

// HOT PATH: once for each record, nothing is allocated.

/// <summary>A part of an ingest filter.</summary>
abstract class FilterNode
{
    /// <summary>True when the record meets it.</summary>
    public abstract bool Passes(IRowValues record);
}

/// <summary>All of the parts.</summary>
sealed class AllOf(FilterNode[] parts) : FilterNode
{
    public override bool Passes(IRowValues record)
    {
        foreach (var part in parts)
            if (!part.Passes(record))
                return false;
        return true;
    }
}

/// <summary>One of the parts.</summary>
sealed class AnyOf(FilterNode[] parts) : FilterNode
{
    public override bool Passes(IRowValues record)
    {
        foreach (var part in parts)
            if (part.Passes(record))
                return true;
        return false;
    }
}

/// <summary>A condition on a field. A field without a value meets none, so it meets each negated one.</summary>
sealed class FieldCondition(int field, ValueTest test, bool isNegated) : FilterNode
{
    public override bool Passes(IRowValues record) => isNegated != (!record.IsNull(field) && test.Passes(record, field));
}
