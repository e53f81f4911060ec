using System.Buffers;
using System.Text;
using System.Text.Json;
using Varve.Datasets;

namespace Varve.Ingest.Formats;

/// <summary>Writes rows of CSV as JSON objects.</summary>
sealed class CsvRowWriter : IDisposable
{
    readonly byte _delimiter;
    readonly JsonEncodedText[] _encodedNames;
    readonly FieldType[] _types;
    readonly JsonLine _json = new();
    byte[] _unquoted = new byte[256];

    public CsvRowWriter(IReadOnlyList<string> names, byte delimiter, Dataset? dataset)
    {
        (Names, _delimiter) = (names, delimiter);
        _encodedNames = [.. names.Select(name => JsonEncodedText.Encode(name, JsonLine.Encoder))];
        _types = [.. names.Select(name => dataset?.Find(name)?.Type ?? FieldType.String)];
    }

    /// <summary>The names of the fields.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The texts of a row.</summary>
    public static List<string> TextsOf(ReadOnlySpan<byte> row, byte delimiter)
    {
        var texts = new List<string>();
        var buffer = new byte[row.Length];
        var isEnd = false;
        while (TryTake(ref row, ref isEnd, delimiter, buffer, out var text))
            texts.Add(Encoding.UTF8.GetString(text));
        return texts;
    }

    /// <summary>Writes a row, which is valid UTF-8, with a newline. Null when that was done, else why not.</summary>
    public string? Write(ReadOnlySpan<byte> row, IBufferWriter<byte> output)
    {
        if (_unquoted.Length < row.Length)
            _unquoted = new byte[row.Length];
        var json = _json.Begin();
        var count = 0;
        var isEnd = false;
        for (; TryTake(ref row, ref isEnd, _delimiter, _unquoted, out var text); count++)
            if (count < Names.Count && !text.IsEmpty)
                Write(json, count, text);
        if (count != Names.Count)
            return $"has {count} field{(count == 1 ? "" : "s")} where {Names.Count} {(Names.Count == 1 ? "is" : "are")} named";
        _json.End(output);
        return null;
    }

    public void Dispose() => _json.Dispose();

    void Write(Utf8JsonWriter json, int field, ReadOnlySpan<byte> text)
    {
        json.WritePropertyName(_encodedNames[field]);
        if (IsJson(_types[field], text))
            json.WriteRawValue(text, skipInputValidation: true);
        else
            json.WriteStringValue(text);
    }

    /// <summary>True for a value that its field takes only as what it is, not as a text: a list, an object, a number with a point.</summary>
    static bool IsJson(FieldType type, ReadOnlySpan<byte> text) => type switch
    {
        FieldType.StringArray or FieldType.IntArray or FieldType.Map or FieldType.Json => text[0] is (byte)'[' or (byte)'{' && IsValid(text),
        FieldType.Float => text[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9') && IsValid(text),
        _ => false,
    };

    static bool IsValid(ReadOnlySpan<byte> text)
    {
        // A newline would end the line.
        if (text.Contains((byte)'\n'))
            return false;
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
                reader.Skip();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Takes the next field off a row that has no broken quotes; false behind the last.</summary>
    static bool TryTake(scoped ref ReadOnlySpan<byte> row, ref bool isEnd, byte delimiter, byte[] buffer, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (isEnd)
            return false;
        int end;
        if (row is [(byte)'"', ..])
        {
            end = Unquote(row, buffer, out var length);
            text = buffer.AsSpan(0, length);
        }
        else
        {
            end = row.IndexOf(delimiter);
            end = end < 0 ? row.Length : end;
            text = row[..end];
        }

        // An empty rest is a last field that is empty; there is one only behind a delimiter.
        isEnd = end == row.Length;
        row = isEnd ? default : row[(end + 1)..];
        return true;
    }

    static int Unquote(ReadOnlySpan<byte> row, byte[] buffer, out int length)
    {
        length = 0;
        var at = 1;
        while (at < row.Length)
        {
            var quote = row[at..].IndexOf((byte)'"');
            var part = quote < 0 ? row[at..] : row.Slice(at, quote);
            part.CopyTo(buffer.AsSpan(length));
            length += part.Length;
            at += part.Length + 1;
            if (at >= row.Length || row[at] != '"')
                break;
            buffer[length++] = (byte)'"';
            at++;
        }

        return Math.Min(at, row.Length);
    }
}
