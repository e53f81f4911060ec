using System.Text.Json;
using Varve.Datasets;

namespace Varve.Server;

/// <summary>A document of a bulk as a record.</summary>
static class BulkDocument
{
    static ReadOnlySpan<byte> Name => "\"@timestamp\""u8;

    /// <summary>Writes the document as a line. Agents put its time under <c>@timestamp</c>: that becomes the dataset's own field when the document has none.</summary>
    public static void Write(ReadOnlySpan<byte> document, Dataset dataset, Stream output)
    {
        var at = document.IndexOf(Name) >= 0 ? Find(document, dataset.TimestampField.Name) : -1;
        if (at >= 0)
        {
            output.Write(document[..at]);
            output.WriteByte((byte)'"');
            output.Write(JsonEncodedText.Encode(dataset.TimestampField.Name).EncodedUtf8Bytes);
            output.WriteByte((byte)'"');
            document = document[(at + Name.Length)..];
        }

        output.Write(document);
        output.WriteByte((byte)'\n');
    }

    /// <summary>Where the name stands that is to be replaced; -1 when none is.</summary>
    static int Find(ReadOnlySpan<byte> document, string field)
    {
        var reader = new Utf8JsonReader(document);
        var found = -1;
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return -1;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (string.Equals(reader.GetString(), field, StringComparison.OrdinalIgnoreCase))
                    return -1;
                if (found < 0 && !reader.ValueIsEscaped && reader.ValueTextEquals("@timestamp"u8))
                    found = (int)reader.TokenStartIndex;
                reader.Read();
                reader.Skip();
            }

            return found;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The pipeline says what is wrong with it.
            return -1;
        }
    }
}
