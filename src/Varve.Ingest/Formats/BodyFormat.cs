namespace Varve.Ingest.Formats;

/// <summary>The form in which records come.</summary>
public enum BodyFormat
{
    /// <summary>A JSON array when the first byte is <c>[</c>, else NDJSON.</summary>
    Auto,

    /// <summary>One JSON object a line.</summary>
    Ndjson,

    /// <summary>One JSON array of objects, or objects one after the other, over any number of lines.</summary>
    Json,

    /// <summary>RFC 4180, fields parted by commas.</summary>
    Csv,

    /// <summary>As CSV, fields parted by tabs.</summary>
    Tsv,

    /// <summary>Lines of the Apache and nginx "combined" log format; "common" lines too.</summary>
    Combined,
}
