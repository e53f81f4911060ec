using System.Buffers;
using System.Text;
using System.Text.Json;
using Varve.Datasets;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Tests.Settings;

/// <summary>A dataset with a field of each type, and short ways to settings, records and rules.</summary>
static class SettingsBench
{
    public const long Arrival = 1_795_348_800_000_000;

    public static byte[] Key { get; } = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    public static Dataset Dataset { get; } = new DatasetDefinition(
        "things",
        "Time",
        [
            Field("Time", FieldType.Timestamp), Field("Text", FieldType.String), Field("Other", FieldType.String), Field("Number", FieldType.Int),
            Field("Real", FieldType.Float), Field("Truth", FieldType.Bool), Field("When", FieldType.Timestamp), Field("Tags", FieldType.StringArray),
            Field("Codes", FieldType.IntArray), Field("Headers", FieldType.Map), Field("More", FieldType.Json),
        ]).Build();

    public static IngestSettings Bind(string settings, IngestSettingsLimits? limits = null, byte[]? key = null) =>
        IngestSettings.Bind(IngestSettingsDefinition.Parse(Encoding.UTF8.GetBytes(settings), limits), Dataset, key ?? Key, limits);

    public static IngestSettings Filter(string where, IngestSettingsLimits? limits = null) => Bind($$$"""{"filter":{"where":{{{where}}}}}""", limits);

    public static bool Passes(string where, string record) => Filter(where).Passes(Row(record));

    public static JsonRowValues Row(string record) => new(Dataset, JsonDocument.Parse(record).RootElement, Arrival);

    public static DatasetField Field(string name) => Dataset.Find(name)!;

    /// <summary>What a rule makes of a text; null when it gives null.</summary>
    public static string? Apply(FieldRule rule, string value)
    {
        var output = new ArrayBufferWriter<byte>();
        return !rule.Drops && rule.TryWrite(Encoding.UTF8.GetBytes(value), output) ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    static DatasetField Field(string name, FieldType type) => new() { Name = name, Type = type };
}
