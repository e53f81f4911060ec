using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Varve.Storage;

namespace Varve.Query;

/// <summary>
/// An id with which the rows of an answer can be had again, by any process, for as long as the files are there. It holds all that they depend on: the
/// statement, its scope and parameters, what "now" was, and the version of each table. It gives nobody the right to read anything.
/// </summary>
public static class RerunId
{
    /// <summary>Characters of an id that is read.</summary>
    public const int LengthMax = 256 << 10;

    const int ContentBytesMax = 1 << 20;
    const int Version = 1;
    const string InstantMember = "instant";

    /// <summary>The id of a run's answer.</summary>
    public static string Of(QueryRun run) => Of(run.Request, run.Plan.Tables);

    /// <summary>The request that gives the same rows again.</summary>
    /// <exception cref="VarveException">It is no such id, or is damaged: <see cref="FaultKind.Invalid"/>.</exception>
    public static QueryRequest Read(string id)
    {
        if (id.Length > LengthMax)
            throw Damaged($"it has more than {LengthMax} characters");
        try
        {
            using var content = new MemoryStream();
            using (var unpacked = new ZLibStream(new MemoryStream(Base64Url.DecodeFromChars(id)), CompressionMode.Decompress))
                Copy(unpacked, content);
            using var json = JsonDocument.Parse(content.GetBuffer().AsMemory(0, (int)content.Length));
            return Read(json.RootElement);
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Damaged("it cannot be read");
        }
    }

    internal static string Of(QueryRequest request, IReadOnlyList<Planning.PlannedTable> tables)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (var json = new Utf8JsonWriter(stream))
            Write(json, request, tables);
        return Base64Url.EncodeToString(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    static void Write(Utf8JsonWriter json, QueryRequest request, IReadOnlyList<Planning.PlannedTable> tables)
    {
        json.WriteStartObject();
        json.WriteNumber("v", Version);
        json.WriteString("sql", request.Sql);
        json.WriteString("account", request.Account);
        json.WriteString("zone", request.Zone);
        WriteInstant(json, "from", request.From);
        WriteInstant(json, "to", request.To);
        WriteInstant(json, "now", request.Now);
        json.WriteStartObject("params");
        foreach (var (name, value) in request.Parameters)
        {
            json.WritePropertyName(name);
            WriteValue(json, value);
        }

        json.WriteEndObject();
        json.WriteStartObject("tables");
        foreach (var table in tables)
            json.WriteNumber(table.Path, table.Version);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteInstant(Utf8JsonWriter json, string name, DateTimeOffset? instant)
    {
        if (instant is { } known)
            json.WriteNumber(name, known.UtcTicks);
    }

    static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double real:
                // With a point or an exponent: 1.0 is no whole number.
                var text = real.ToString("R", CultureInfo.InvariantCulture);
                json.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : $"{text}.0");
                break;
            case DateTimeOffset instant:
                json.WriteStartObject();
                json.WriteNumber(InstantMember, instant.UtcTicks);
                json.WriteEndObject();
                break;
            default:
                json.WriteStringValue((string)value);
                break;
        }
    }

    static QueryRequest Read(JsonElement json)
    {
        if (json.GetProperty("v").GetInt32() is var version and not Version)
            throw Damaged($"it is of the form {version}, and this version knows the form {Version}");
        return new QueryRequest(json.GetProperty("sql").GetString()!, json.GetProperty("account").GetString()!, json.GetProperty("zone").GetString())
        {
            From = ReadInstant(json, "from"),
            To = ReadInstant(json, "to"),
            Now = ReadInstant(json, "now"),
            Parameters = json.GetProperty("params").EnumerateObject().ToDictionary(member => member.Name, member => ReadValue(member.Value), StringComparer.OrdinalIgnoreCase),
            AsOf = new AsOf(null, null) { Versions = json.GetProperty("tables").EnumerateObject().ToDictionary(table => table.Name, table => table.Value.GetInt64(), StringComparer.Ordinal) },
        };
    }

    static DateTimeOffset? ReadInstant(JsonElement json, string name) => json.TryGetProperty(name, out var ticks) ? InstantOf(ticks) : null;

    static DateTimeOffset InstantOf(JsonElement ticks) => ticks.GetInt64() is >= 0 and var known && known <= DateTimeOffset.MaxValue.UtcTicks
        ? new DateTimeOffset(known, TimeSpan.Zero)
        : throw new FormatException();

    static object? ReadValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText().AsSpan().ContainsAny('.', 'E') ? (object)value.GetDouble() : value.GetInt64(),
        _ => InstantOf(value.GetProperty(InstantMember)),
    };

    /// <summary>Few characters can stand for very many.</summary>
    static void Copy(Stream unpacked, MemoryStream content)
    {
        var buffer = new byte[16 << 10];
        for (int read; (read = unpacked.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > ContentBytesMax)
                throw Damaged($"it holds more than {ContentBytesMax} bytes");
        }
    }

    static VarveException Damaged(string how) => new(FaultKind.Invalid, $"This is not the rerun id of an answer: {how}. Copy it whole, from the answer's plan or from 'varve query --rerun-id'.")
    {
        Detail = new FaultDetail("bad_rerun_id"),
    };
}
