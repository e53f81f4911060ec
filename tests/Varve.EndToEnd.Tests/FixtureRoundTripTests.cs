using System.Globalization;
using System.Text.Json;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>Every Logpush fixture that is there goes in and comes out with the same values.</summary>
[Trait("category", "conformance")]
public sealed class FixtureRoundTripTests
{
    public static TheoryData<string> Datasets()
    {
        var data = new TheoryData<string>();
        if (TestData.At("logpush") is { } folder)
            foreach (var dataset in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
                data.Add(Path.GetFileName(dataset));
        else
            data.Add("");
        return data;
    }

    [Theory]
    [MemberData(nameof(Datasets))]
    public async Task Every_line_is_counted_and_every_value_comes_back(string dataset)
    {
        Assert.SkipWhen(dataset.Length == 0, TestData.Missing);
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(TestData.At("logpush", dataset)!).Order(StringComparer.Ordinal))
        {
            var data = Path.Combine(folder.FullPath, Path.GetFileName(file));
            var lines = (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Where(line => line.Trim().Length > 0).ToList();

            var ingested = await VarveProcess.RunAsync("ingest", file, "--dataset", dataset, "--data", data, "--json");
            var answer = await VarveProcess.RunAsync("query", $"SELECT * FROM {dataset}", "--data", data, "--format", "ndjson");

            var accepted = ingested.Json.GetProperty("accepted").GetInt32();
            Assert.Equal(lines.Count, accepted + ingested.Json.GetProperty("rejected").GetInt32());
            var sent = lines.Select(Parse).Where(record => record is not null).Select(record => record!.Value).ToList();
            var stored = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.Equal(accepted, sent.Count);
            Assert.Equal(accepted, stored.Count);
            Assert.Equal([], Unmatched(sent, stored).Select(reason => $"{file}: {reason}"));
        }
    }

    static JsonElement? Parse(string line)
    {
        try
        {
            var record = JsonDocument.Parse(line).RootElement;
            return record.ValueKind == JsonValueKind.Object ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Pairs each sent record with a stored one that holds all of its values, each stored one once.</summary>
    static IEnumerable<string> Unmatched(List<JsonElement> sent, List<JsonElement> stored)
    {
        var left = stored.ToList();
        foreach (var record in sent)
        {
            var match = left.FindIndex(row => Differences(record, row).Count == 0);
            if (match >= 0)
                left.RemoveAt(match);
            else
                yield return string.Join("; ", left.Select(row => Differences(record, row)).MinBy(differences => differences.Count) ?? ["no row left"]);
        }
    }

    static List<string> Differences(JsonElement record, JsonElement row)
    {
        var differences = new List<string>();
        foreach (var field in record.EnumerateObject())
        {
            var inExtra = row.GetProperty("_extra").ValueKind == JsonValueKind.Object && row.GetProperty("_extra").TryGetProperty(field.Name, out var kept);
            if (inExtra && JsonElement.DeepEquals(row.GetProperty("_extra").GetProperty(field.Name), field.Value))
                continue;
            var column = row.EnumerateObject().Where(each => each.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase)).Select(each => (JsonElement?)each.Value).FirstOrDefault();
            if (column is null || !IsSame(field.Value, column.Value))
                differences.Add($"{field.Name}: sent {field.Value.GetRawText()}, got {(column?.GetRawText() ?? "nothing")}");
        }

        return differences;
    }

    /// <summary>Written here apart from the program: the forms in which one value may be written.</summary>
    static bool IsSame(JsonElement sent, JsonElement stored)
    {
        if (JsonElement.DeepEquals(sent, stored) || sent.ToString() == stored.ToString())
            return true;
        if (stored.ValueKind == JsonValueKind.String && Instant(sent) is { } instant)
            return DateTimeOffset.TryParse(stored.GetString(), CultureInfo.InvariantCulture, out var back) && Math.Abs((back - instant).Ticks) < 10;
        if (sent.ValueKind == JsonValueKind.Number && stored.ValueKind == JsonValueKind.Number)
            return sent.GetDecimal() == stored.GetDecimal();
        if (sent.ValueKind == JsonValueKind.String && stored.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return sent.GetString()!.Equals(stored.GetRawText(), StringComparison.OrdinalIgnoreCase);
        if (sent.ValueKind == JsonValueKind.String && stored.ValueKind == JsonValueKind.Array)
            return sent.GetString() == stored.GetRawText() || (stored.GetArrayLength() == 1 && stored[0].ToString() == sent.GetString());
        return false;
    }

    static DateTimeOffset? Instant(JsonElement sent)
    {
        var text = sent.ToString();
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return text.Length switch
            {
                9 or 10 => DateTimeOffset.FromUnixTimeSeconds(number),
                12 or 13 => DateTimeOffset.FromUnixTimeMilliseconds(number),
                15 or 16 => DateTimeOffset.UnixEpoch.AddTicks(number * 10),
                18 or 19 => DateTimeOffset.UnixEpoch.AddTicks(number / 100),
                _ => null,
            };
        return text.Length >= 19 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed : null;
    }
}
