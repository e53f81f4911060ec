using System.Text.Json;
using Varve.Storage;

namespace Varve.Datasets.Settings;

/// <summary>Reads JSON that people write: what is not known is refused with what was meant, never passed over.</summary>
public static class StrictJson
{
    /// <summary>Parses one JSON object.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="what">What it is, for messages: <c>The definition</c>.</param>
    /// <param name="bytesMax">Most bytes of it.</param>
    /// <exception cref="VarveException">
    /// It is no JSON object, names a member twice (<see cref="FaultKind.Invalid"/>), or is too long (<see cref="FaultKind.LimitExceeded"/>).
    /// </exception>
    public static JsonElement ParseObject(ReadOnlyMemory<byte> text, string what, int bytesMax)
    {
        if (text.Length > bytesMax)
            throw new VarveException(FaultKind.LimitExceeded, $"{what} has more than {bytesMax} bytes. Make it smaller.");
        try
        {
            CheckTexts(text.Span);
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw Invalid($"{what} has to be a JSON object.");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new VarveException(FaultKind.Invalid, $"{what} is not valid JSON: {fault.Message}", fault);
        }
    }

    // An escaped half of a surrogate pair passes the parser, and throws wherever the text is read.
    static void CheckTexts(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        while (reader.Read())
            if (reader.ValueIsEscaped || reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                _ = reader.GetString();
    }

    /// <summary>Refuses an element that is no object, or has a member that is not known.</summary>
    public static void CheckMembers(JsonElement element, string what, params ReadOnlySpan<string> known)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Invalid($"{what} has to be a JSON object.");
        foreach (var member in element.EnumerateObject())
            if (!known.Contains(member.Name))
                throw Invalid($"{what} has no member '{member.Name}'.{Hint(member.Name, known)}");
    }

    /// <summary>A text; null when the member is absent or null.</summary>
    public static string? Text(JsonElement element, string member, string what)
    {
        if (!Has(element, member, out var value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Invalid($"'{member}' of {what} has to be a text.");
    }

    /// <summary>A truth value; false when the member is absent or null.</summary>
    public static bool Flag(JsonElement element, string member, string what) => Has(element, member, out var value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Invalid($"'{member}' of {what} has to be true or false."),
    };

    /// <summary>The items of a list; null when the member is absent or null.</summary>
    public static IReadOnlyList<JsonElement>? Items(JsonElement element, string member, string what) => !Has(element, member, out var value) ? null
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
        : throw Invalid($"'{member}' of {what} has to be a list.");

    /// <summary>A list of texts; null when the member is absent or null.</summary>
    public static IReadOnlyList<string>? Texts(JsonElement element, string member, string what)
    {
        if (Items(element, member, what) is not { } items)
            return null;
        return items.All(item => item.ValueKind == JsonValueKind.String)
            ? [.. items.Select(item => item.GetString()!)]
            : throw Invalid($"'{member}' of {what} has to be a list of texts.");
    }

    /// <summary>True when the member is there and not null.</summary>
    public static bool Has(JsonElement element, string member, out JsonElement value) =>
        element.TryGetProperty(member, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The fault of a document that has to be changed.</summary>
    public static VarveException Invalid(string message) => new(FaultKind.Invalid, message);

    static string Hint(string name, ReadOnlySpan<string> known) => Suggestion.Nearest(name, known.ToArray()) is { } meant
        ? $" Did you mean {meant}?"
        : $" It has {string.Join(", ", known!)}.";
}
