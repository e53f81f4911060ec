namespace Varve.Ingest.Settings;

/// <summary>The values of one record as its columns have them. Fields are indices into <see cref="Varve.Datasets.Dataset.Fields"/>.</summary>
interface IRowValues
{
    /// <summary>True when the record has no value for the field that its type could take.</summary>
    bool IsNull(int field);

    /// <summary>UTF-8 of a string field, or the JSON text of a JSON field.</summary>
    ReadOnlySpan<byte> Text(int field);

    /// <summary>An integer, or the microseconds since 1970 of a timestamp.</summary>
    long Integer(int field);

    /// <summary>A floating-point value.</summary>
    double Real(int field);

    /// <summary>A truth value.</summary>
    bool Boolean(int field);

    /// <summary>Number of items of a list.</summary>
    int ItemCount(int field);

    /// <summary>UTF-8 of an item of a list of texts; empty for a null item.</summary>
    ReadOnlySpan<byte> TextItem(int field, int index);

    /// <summary>An item of a list of integers; 0 for a null item.</summary>
    long IntegerItem(int field, int index);
}
