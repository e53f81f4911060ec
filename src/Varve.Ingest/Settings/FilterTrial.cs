using System.Text.Json;
using Varve.Datasets;
using Varve.Datasets.Settings;
using Varve.Storage;

namespace Varve.Ingest.Settings;

/// <summary>Tells what a filter would let in before it is set.</summary>
public static class FilterTrial
{
    /// <summary>Holds records against a filter.</summary>
    /// <param name="json">UTF-8: <c>{"filter": …, "records": [{…}, …]}</c>.</param>
    /// <param name="dataset">The dataset that the records are of.</param>
    /// <param name="arrival">What stands in for a timestamp that is missing.</param>
    /// <param name="limits">Bounds; the default ones when null.</param>
    /// <returns>For each record whether it passes.</returns>
    /// <exception cref="VarveException">The filter is none of this dataset, a record is no object, or there are too many.</exception>
    public static IReadOnlyList<bool> Run(ReadOnlyMemory<byte> json, Dataset dataset, DateTimeOffset arrival, IngestSettingsLimits? limits = null)
    {
        limits ??= new IngestSettingsLimits();
        var trial = StrictJson.ParseObject(json, "The test", limits.TestBytesMax);
        StrictJson.CheckMembers(trial, "The test", "filter", "records");
        var records = StrictJson.Items(trial, "records", "the test") ?? throw StrictJson.Invalid("The test has no 'records'.");
        if (records.Count > limits.TestRecordsMax)
            throw new VarveException(FaultKind.LimitExceeded, $"The test has {records.Count} records; {limits.TestRecordsMax} are the most.");
        var filter = StrictJson.Has(trial, "filter", out var given) ? IngestSettingsDefinition.ReadFilter(given) : null;
        var settings = IngestSettings.Bind(new IngestSettingsDefinition { Filter = filter }, dataset, key: null, limits);
        var arrivalMicroseconds = (arrival - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return [.. records.Select((record, index) => settings.Passes(record.ValueKind == JsonValueKind.Object
            ? new JsonRowValues(dataset, record, arrivalMicroseconds)
            : throw StrictJson.Invalid($"Record {index + 1} of the test is no JSON object.")))];
    }
}
