using System.Text.Json;
using Varve.Storage;

namespace Varve.Server;

/// <summary>The line before a document in a bulk: what to do with it, and in which index.</summary>
/// <param name="Name"><c>index</c>, <c>create</c>, <c>update</c> or <c>delete</c>.</param>
/// <param name="Index">The index; null: the one in the address.</param>
/// <param name="Id">The document's id, when the sender gave one.</param>
readonly record struct BulkAction(string Name, string? Index, string? Id)
{
    /// <summary>True for what stores a document.</summary>
    public bool Stores => Name is "index" or "create";

    /// <summary>True when a document follows.</summary>
    public bool HasDocument => Name != "delete";

    /// <summary>Reads the line.</summary>
    /// <exception cref="VarveException">It is none.</exception>
    public static BulkAction Parse(ReadOnlySpan<byte> line, long number)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
                throw Malformed(number, "it is not an object like {\"create\":{}}");
            var name = reader.GetString()!;
            if (name is not ("index" or "create" or "update" or "delete"))
                throw Malformed(number, "its action is not index, create, update or delete");
            var (index, id) = ReadTarget(ref reader, number);
            if (!reader.Read() || reader.TokenType != JsonTokenType.EndObject)
                throw Malformed(number, "it names more than one action");
            return new BulkAction(name, index, id);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw Malformed(number, "it is not JSON");
        }
    }

    static (string? Index, string? Id) ReadTarget(ref Utf8JsonReader reader, long number)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Malformed(number, "its action has no object");
        var (index, id) = ((string?)null, (string?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isIndex, isId) = (reader.ValueTextEquals("_index"u8), reader.ValueTextEquals("_id"u8));
            reader.Read();
            if (isIndex && reader.TokenType == JsonTokenType.String)
                index = reader.GetString();
            else if (isId && reader.TokenType == JsonTokenType.String)
                id = reader.GetString();
            else
                reader.Skip();
        }

        return (index, id);
    }

    static VarveException Malformed(long number, string why) => new(FaultKind.Invalid, $"Malformed action/metadata line [{number}]: {why}. Nothing was stored.");
}
