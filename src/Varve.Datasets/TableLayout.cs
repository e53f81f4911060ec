using System.Text.RegularExpressions;

namespace Varve.Datasets;

/// <summary>The table that holds a dataset's records of an account or a zone.</summary>
/// <param name="Account">The account.</param>
/// <param name="Zone">The zone, or null for a table of account scope.</param>
/// <param name="Dataset">The dataset's name.</param>
public readonly record struct TableName(string Account, string? Zone, string Dataset)
{
    /// <summary>The table's folder in the store: <c>accounts/A/[zones/Z/]dataset</c>.</summary>
    public string Path => Zone is null ? $"accounts/{Account}/{Dataset}" : $"accounts/{Account}/zones/{Zone}/{Dataset}";
}

/// <summary>The columns of Varve's tables beside the dataset's own fields, and the names that scopes may have.</summary>
public static partial class TableLayout
{
    /// <summary>Partition column: the UTC day of the record's timestamp.</summary>
    public const string DateColumn = "date";

    const string LevelColumn = "level";
    const string LevelColumnBesideField = "_level";

    /// <summary>JSON text with the fields that the dataset does not have and the values that did not fit their field's type; null when there are none.</summary>
    public const string ExtraColumn = "_extra";

    /// <summary>When the record was accepted.</summary>
    public const string IngestedAtColumn = "_ingested_at";

    /// <summary>How many records this one stands for, where the sender kept only a sample; null: one.</summary>
    public const string SampleIntervalColumn = "_sample_interval";

    /// <summary>The key in <see cref="ExtraColumn"/> that says where the timestamp came from when the record had none that can be used.</summary>
    public const string TimestampSourceKey = "_timestamp";

    /// <summary>
    /// Partition column: the resolution level; null in files whose rows are not split by level yet. It is <c>level</c>, or <c>_level</c> where the
    /// dataset has a field of that name: Delta column names are unique whatever their case.
    /// </summary>
    public static string LevelColumnOf(Dataset dataset) => dataset.Find(LevelColumn) is null ? LevelColumn : LevelColumnBesideField;

    /// <summary>True for a name of 1 to 64 letters, digits, <c>.</c>, <c>_</c> and <c>-</c> that starts with a letter or digit.</summary>
    public static bool IsScopeName(string name) => ScopeName().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex ScopeName();
}
