using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Varve.Ingest.Formats;

/// <summary>Writes one JSON object after the other, each a line, and only those that were ended.</summary>
sealed class JsonLine : IDisposable
{
    readonly ArrayBufferWriter<byte> _buffer = new(4096);
    readonly Utf8JsonWriter _json;

    public JsonLine() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = Encoder, SkipValidation = true });

    /// <summary>Escapes only what has to be.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Begins an object in place of what was written and not ended.</summary>
    public Utf8JsonWriter Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        return _json;
    }

    /// <summary>Ends the object and writes its line.</summary>
    public void End(IBufferWriter<byte> output)
    {
        _json.WriteEndObject();
        _json.Flush();
        output.Write(_buffer.WrittenSpan);
        output.Write("\n"u8);
    }

    public void Dispose() => _json.Dispose();
}
