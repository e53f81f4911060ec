using System.Buffers;
using System.Text.Json;

namespace Varve.Query.Formats;

/// <summary>Rows as JSON objects.</summary>
static class JsonRows
{
    public static JsonEncodedText[] Names(RowFormat format, IReadOnlyList<ResultColumn> columns) =>
        [.. columns.Select(column => JsonEncodedText.Encode(format.NameOf(column.Name), ValueText.JsonOptions.Encoder))];

    public static void WriteRow(JsonEncodedText[] names, IReadOnlyList<ResultColumn> columns, RowBlock block, int row, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, ValueText.JsonOptions);
        writer.WriteStartObject();
        for (var column = 0; column < names.Length; column++)
        {
            writer.WritePropertyName(names[column]);
            ValueText.WriteJson(writer, block.Columns[column][row], columns[column].Type, quoteLargeIntegers: false);
        }

        writer.WriteEndObject();
    }
}
