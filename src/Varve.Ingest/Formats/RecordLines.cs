using Varve.Datasets;

namespace Varve.Ingest.Formats;

/// <summary>Turns a body of any form into lines that hold one JSON object each. What cannot be turned becomes a <see cref="RefusedLine"/>.</summary>
static class RecordLines
{
    /// <summary>The body as NDJSON; it is read as the result is read. NDJSON is given back as it is.</summary>
    /// <param name="plain">The body, decompressed.</param>
    /// <param name="format">Its form.</param>
    /// <param name="fieldNames">Names of the fields of CSV and TSV; null: the first line has them.</param>
    /// <param name="limits">What bounds a record.</param>
    /// <param name="dataset">
    /// Where the records go: which fields of a CSV row hold JSON or a number instead of a text. Null: all are texts, which is what most fields take.
    /// </param>
    public static Stream Of(Stream plain, BodyFormat format, IReadOnlyList<string>? fieldNames, IngestLimits limits, Dataset? dataset = null) => format switch
    {
        BodyFormat.Json => new JsonElementStream(plain, limits),
        BodyFormat.Csv => new CsvStream(plain, limits, (byte)',', fieldNames, dataset),
        BodyFormat.Tsv => new CsvStream(plain, limits, (byte)'\t', fieldNames, dataset),
        BodyFormat.Combined => new CombinedStream(plain, limits),
        BodyFormat.Auto => new SniffedStream(plain, limits),
        _ => plain,
    };

    /// <summary>True when a line of this stream that begins with <see cref="RefusedLine.Mark"/> was put there by this project, not by a sender.</summary>
    public static bool MayRefuse(Stream lines) => lines is RecordLineStream or SniffedStream { IsConverted: true };
}
