namespace Varve.Ingest.Records;

/// <summary>What a field's column takes.</summary>
enum FieldKind : byte
{
    Text,
    Json,
    Integer,
    Real,
    Boolean,
    Timestamp,
    TextList,
    IntegerList,
    Map,
}
