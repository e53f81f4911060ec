using Varve.Datasets;

namespace Varve.Ingest.Settings;

/// <summary>What is kept of the records of one table, and in which form. Bound to the dataset; immutable.</summary>
public sealed class IngestSettings
{
    /// <summary>Every record, every field, as it came.</summary>
    public static IngestSettings Everything { get; } = new();

    /// <summary>True when nothing is left out or changed.</summary>
    internal bool KeepsEverything => true;

    /// <summary>True when some field is redacted: then the text of rejected lines is not kept either, since it may hold it.</summary>
    internal bool Redacts => false;

    /// <summary>True when there is an ingest filter.</summary>
    internal bool Filters => false;

    /// <summary>True when the filter lets the record in. It sees the values before they are redacted, also of fields that are not kept.</summary>
    internal bool Passes(IRowValues record) => true;

    /// <summary>What becomes of a field's values; null: they are kept as they are.</summary>
    internal FieldRule? RuleOf(DatasetField field) => null;

    /// <summary>
    /// True when a value that no column can take may stand in the extra column under this name: not for redacted fields; not for unknown ones when only
    /// named fields are kept.
    /// </summary>
    internal bool KeepsExtra(ReadOnlySpan<byte> name) => true;
}
