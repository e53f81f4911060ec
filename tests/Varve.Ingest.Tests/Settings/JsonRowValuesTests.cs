using System.Globalization;
using System.Text;
using System.Text.Json;
using Varve.Datasets;
using Varve.Ingest.Settings;
using Varve.TestKit;

namespace Varve.Ingest.Tests.Settings;

/// <summary>What a test of a filter sees of a record is what ingest stores of it.</summary>
public sealed class JsonRowValuesTests
{
    static readonly string[] Values =
    [
        "null", "true", "false", "\"true\"", "\"FALSE\"", "\"yes\"", "0", "-0", "7", "-7", "\"7\"", "\"007\"", "\"+7\"", "\" 7\"", "7.0", "7e0", "7.5", "\"7.5\"", "\"7.50\"", "1e400", "-1e-5",
        "9223372036854775807", "9223372036854775808", "\"9223372036854775807\"", "9007199254740993.0", "1795341600", "1795341600000", "\"1795341600000000000\"",
        "\"2026-11-22T10:00:00Z\"", "\"2026-11-22 10:00:00.123456789\"", "\"2026-13-22T10:00:00Z\"", "\"\"", "\"a\"", "\"\\u00e9\\n\\\"\"", "[]", "[\"a\",null,\"b\"]", "[1,2]", "[1,\"2\"]", "[1.5]",
        "[[1]]", "[null]", "\"[1,2]\"", "\"[]\"", "\"[x]\"", "\"[\\\"a\\\"]\"", "{}", "{\"k\":\"v\"}", "{\"k\":1}", "\"NaN\"", "\"Infinity\"", "\"1e5\"",
    ];

    static readonly string[] Names = ["Text", "Number", "Real", "Truth", "When", "Tags", "Codes"];

    [Fact]
    public async Task Every_value_is_taken_as_ingest_takes_it()
    {
        using var lake = new TestLake();
        var cancellation = TestContext.Current.CancellationToken;
        var definition = SettingsBench.Dataset.Definition with
        {
            Fields = [.. SettingsBench.Dataset.Fields, new DatasetField { Name = "Row", Type = FieldType.Int }],
        };
        await lake.Datasets.DeclareAsync(TestLake.Account, definition, expected: null, cancellation);
        var records = Values.Select((value, row) => $$"""{"Row":{{row}},{{string.Join(',', Names.Select(name => $"\"{name}\":{value}"))}}}""").ToList();
        await lake.IngestAsync("things", records, cancellation);

        var answer = await lake.QueryAsync($"SELECT {string.Join(", ", Names.Select(name => $"\"{name}\""))} FROM things ORDER BY Row", cancellation);

        Assert.Equal(Values.Length, answer.Rows.Count);
        for (var row = 0; row < Values.Length; row++)
            for (var column = 0; column < Names.Length; column++)
            {
                // The contract has 0 for a null item of a list of integers.
                var stored = answer.Rows[row][column] is object?[] items && Names[column] == "Codes" ? items.Select(item => item ?? 0L).ToArray() : answer.Rows[row][column];
                var seen = Plain(new JsonRowValues(SettingsBench.Dataset, JsonDocument.Parse(records[row]).RootElement, SettingsBench.Arrival), SettingsBench.Field(Names[column]));
                Assert.True(Text(stored) == seen, $"{Names[column]} of {Values[row]}: stored {Text(stored)}, seen {seen}");
            }
    }

    static string? Plain(JsonRowValues row, DatasetField field)
    {
        var index = SettingsBench.Dataset.Fields.ToList().IndexOf(field);
        if (row.IsNull(index))
            return null;
        return field.Type switch
        {
            FieldType.Int => Text(row.Integer(index)),
            FieldType.Float => Text(row.Real(index)),
            FieldType.Bool => Text(row.Boolean(index)),
            FieldType.Timestamp => Text(DateTime.UnixEpoch.AddTicks(row.Integer(index) * TimeSpan.TicksPerMicrosecond)),
            FieldType.StringArray => $"[{string.Join(',', Enumerable.Range(0, row.ItemCount(index)).Select(item => Encoding.UTF8.GetString(row.TextItem(index, item))))}]",
            FieldType.IntArray => $"[{string.Join(',', Enumerable.Range(0, row.ItemCount(index)).Select(item => Text(row.IntegerItem(index, item))))}]",
            _ => Encoding.UTF8.GetString(row.Text(index)),
        };
    }

    static string? Text(object? value) => value switch
    {
        null => null,
        DateTime instant => instant.ToString("O", CultureInfo.InvariantCulture),
        object?[] items => $"[{string.Join(',', items.Select(item => item is null ? "" : Text(item)))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
