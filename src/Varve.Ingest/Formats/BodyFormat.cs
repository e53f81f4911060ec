namespace Varve.Ingest.Formats;

/// <summary>The form in which records come.</summary>
public enum BodyFormat
{
    /// <summary>Told by its beginning: JSON for <c>[</c>, for a brace alone on its line and for <c>{"events":[{"info":{</c>, else NDJSON.</summary>
    Auto,

    /// <summary>One JSON object a line.</summary>
    Ndjson,

    /// <summary>
    /// JSON arrays of objects, or objects one after the other, over any number of lines; or <c>{"events":[{"info":{…}},…]}</c>, whose records are what
    /// <c>info</c> holds.
    /// </summary>
    Json,

    /// <summary>RFC 4180, fields parted by commas.</summary>
    Csv,

    /// <summary>As CSV, fields parted by tabs.</summary>
    Tsv,

    /// <summary>Lines of the Apache and nginx "combined" log format; "common" lines too.</summary>
    Combined,
}
