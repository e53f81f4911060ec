using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Varve.Storage;

namespace Varve.Delta.Actions;

/// <summary>Commit files as bytes: NDJSON, one action a line. Delta protocol: "Delta Log Entries".</summary>
static class ActionJson
{
    /// <summary>Reads all lines of a commit file. Blank lines and a missing final newline are allowed; anything else that is not one JSON object a line is corrupt.</summary>
    public static List<LogLine> Read(ReadOnlySpan<byte> content, string path)
    {
        var lines = new List<LogLine>();
        for (var number = 1; !content.IsEmpty; number++)
        {
            var line = NextLine(ref content);
            if (!IsBlank(line))
                lines.Add(ReadLine(line, path, number));
        }

        return lines;
    }

    /// <summary>Takes a line from the front, without its newline.</summary>
    public static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> content)
    {
        var end = content.IndexOf((byte)'\n');
        var line = end < 0 ? content : content[..end];
        content = end < 0 ? [] : content[(end + 1)..];
        return line;
    }

    /// <summary>True for a line that says nothing.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(" \t\r"u8).IsEmpty;

    /// <summary>Writes the lines with a newline after each.</summary>
    public static byte[] Write(IEnumerable<LogLine> lines)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        foreach (var line in lines)
        {
            using var writer = new Utf8JsonWriter(output);
            JsonSerializer.Serialize(writer, line, ActionJsonContext.Default.LogLine);
            writer.Flush();
            output.Write("\n"u8);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads one line, which is not blank.</summary>
    public static LogLine ReadLine(ReadOnlySpan<byte> line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ActionJsonContext.Default.LogLine)
                ?? throw new VarveException(FaultKind.Corrupt, $"{path} line {number} is null, not an action.");
        }
        catch (JsonException fault)
        {
            if (ReadFreeCommitInfo(line) is { } info)
                return new LogLine { CommitInfo = info };
            throw new VarveException(FaultKind.Corrupt, $"{path} line {number} is not a Delta action: {fault.Message}", fault);
        }
    }

    /// <summary>What can be used of a commitInfo whose fields have other types than ours: it is free JSON and stops no reader. Null when the line is something else.</summary>
    static CommitInfo? ReadFreeCommitInfo(ReadOnlySpan<byte> line)
    {
        try
        {
            var action = JsonSerializer.Deserialize(line, ActionJsonContext.Default.DictionaryStringJsonElement);
            if (action is not { Count: 1 } || !action.TryGetValue("commitInfo", out var info) || info.ValueKind != JsonValueKind.Object)
                return null;
            return new CommitInfo
            {
                Timestamp = Number(info, "timestamp"),
                InCommitTimestamp = Number(info, "inCommitTimestamp"),
                Operation = Text(info, "operation"),
                EngineInfo = Text(info, "engineInfo"),
                IsBlindAppend = info.TryGetProperty("isBlindAppend", out var blind) && blind.ValueKind is JsonValueKind.True or JsonValueKind.False ? blind.GetBoolean() : null,
                TxnId = Text(info, "txnId"),
            };
        }
        // Text that is no Unicode is an InvalidOperationException.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }

        static long? Number(JsonElement info, string name) =>
            info.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

        static string? Text(JsonElement info, string name) =>
            info.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(Checkpoints.LastCheckpoint))]
sealed partial class ActionJsonContext : JsonSerializerContext;
