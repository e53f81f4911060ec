using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Varve.Ingest;
using Varve.Ingest.Formats;
using Varve.Storage;

namespace Varve.Server;

/// <summary>How a body is to be taken, as the call's address and headers say. Parameters of other names are left to their senders.</summary>
/// <param name="Format"><c>auto</c>, <c>ndjson</c>, <c>json</c>, <c>csv</c>, <c>tsv</c> or <c>combined</c>; without it the Content-Type tells.</param>
/// <param name="Fields">Names of the fields of CSV that has no header line, parted by commas.</param>
/// <param name="SampleRate">The share of records that the sender kept: above 0, at most 1.</param>
sealed record IngestParameters(
    [property: FromQuery(Name = "format")] string? Format,
    [property: FromQuery(Name = "fields")] string? Fields,
    [property: FromQuery(Name = "sample_rate")] string? SampleRate)
{
    /// <summary>Longest Idempotency-Key in characters.</summary>
    public const int BatchKeyCharsMax = 256;

    /// <summary>The request for the pipeline.</summary>
    /// <exception cref="VarveException">A parameter or header has a value that it cannot have.</exception>
    public IngestRequest For(IngestTarget target, HttpRequest request) => new(target)
    {
        Format = FormatOf(IngestHeaders.Find(request, "Content-Type")),
        FieldNames = Fields is { Length: > 0 } ? Fields.Split(',', StringSplitOptions.TrimEntries) : null,
        SampleRate = Rate(),
        BatchKey = BatchKeyOf(IngestHeaders.Find(request, "Idempotency-Key")),
    };

    BodyFormat FormatOf(string? contentType)
    {
        if (Format is { Length: > 0 })
            return Enum.TryParse<BodyFormat>(Format, ignoreCase: true, out var format) && !char.IsAsciiDigit(Format[0]) && Format[0] is not ('-' or '+')
                ? format
                : throw Invalid($"format is '{Format}': it is one of {string.Join(", ", Enum.GetNames<BodyFormat>()).ToLowerInvariant()}.");
        var type = contentType?.Split(';')[0].Trim().ToLowerInvariant();
        return type switch
        {
            "text/csv" => BodyFormat.Csv,
            "text/tab-separated-values" => BodyFormat.Tsv,
            // NDJSON is sent under these names as well: the body tells them apart.
            _ => BodyFormat.Auto,
        };
    }

    double? Rate()
    {
        if (SampleRate is null or { Length: 0 })
            return null;
        return double.TryParse(SampleRate, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= 1
            ? rate
            : throw Invalid($"sample_rate is '{SampleRate}': it is a number above 0 and at most 1, the share of records that was kept.");
    }

    static string? BatchKeyOf(string? key)
    {
        if (key is null)
            return null;
        return key.Length <= BatchKeyCharsMax && key.All(each => each is > ' ' and <= '~')
            ? key
            : throw Invalid($"The Idempotency-Key is not 1 to {BatchKeyCharsMax} visible ASCII characters without blanks.");
    }

    static VarveException Invalid(string message) => new(FaultKind.Invalid, message);
}
