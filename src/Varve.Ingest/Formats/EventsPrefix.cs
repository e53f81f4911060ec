using System.Text.Json;

namespace Varve.Ingest.Formats;

/// <summary>
/// The form <c>{"events":[{"info":{…}},…]}</c>, which Logpush writes when a job's batch and record prefixes are set so: what stands around the records.
/// </summary>
static class EventsPrefix
{
    /// <summary>The text ends before it can be told.</summary>
    public const int Unfinished = -1;

    static readonly byte[][] Tokens = ["{"u8.ToArray(), "\"events\""u8.ToArray(), ":"u8.ToArray(), "["u8.ToArray()];
    static readonly byte[][] FirstElement = ["{"u8.ToArray(), "\"info\""u8.ToArray(), ":"u8.ToArray(), "{"u8.ToArray()];

    /// <summary>Length of the text up to the first event; 0 when the body has another form, <see cref="Unfinished"/> when more of it is needed.</summary>
    public static int Match(ReadOnlySpan<byte> text)
    {
        var length = Match(text, Tokens);
        if (length <= 0)
            return length;
        return Match(text[length..], FirstElement) switch
        {
            Unfinished => Unfinished,
            0 => 0,
            _ => length,
        };
    }

    /// <summary>The record of an event; the event itself when it is more than that, or no JSON.</summary>
    public static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> element)
    {
        var reader = new Utf8JsonReader(element);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return element;
            // An object without a field ends here.
            if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("info"u8))
                return element;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType != JsonTokenType.StartObject || !reader.TrySkip())
                return element;
            var end = (int)reader.BytesConsumed;
            return reader.Read() && reader.TokenType == JsonTokenType.EndObject ? element[start..end] : element;
        }
        catch (JsonException)
        {
            return element;
        }
    }

    static int Match(ReadOnlySpan<byte> text, byte[][] tokens)
    {
        var at = 0;
        foreach (var token in tokens)
        {
            while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                at++;
            var rest = text[at..];
            if (rest.Length < token.Length)
                return token.AsSpan().StartsWith(rest) ? Unfinished : 0;
            if (!rest.StartsWith(token))
                return 0;
            at += token.Length;
        }

        return at;
    }
}
