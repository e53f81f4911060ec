using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Scan;

namespace Varve.Delta.Checkpoints;

/// <summary>
/// Statistics that a checkpoint keeps in columns, as the JSON text that a commit would have: checkpoints may leave the text out. Delta
/// protocol: "Checkpoint Schema", <c>stats_parsed</c>.
/// </summary>
static class ParsedStatistics
{
    const int MicrosecondsOfMillisecond = 1000;
    const int MicrosecondDigits = 3;

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of a row that has statistics.</summary>
    public static string ToJson(StructArray statistics, int row)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
            Write(writer, statistics, row);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    static void Write(Utf8JsonWriter writer, IArrowArray array, int row)
    {
        switch (array)
        {
            case StructArray nested:
                writer.WriteStartObject();
                var fields = ((StructType)nested.Data.DataType).Fields;
                for (var index = 0; index < fields.Count; index++)
                    if (nested.Fields[index].IsValid(row))
                    {
                        writer.WritePropertyName(fields[index].Name);
                        Write(writer, nested.Fields[index], row);
                    }

                writer.WriteEndObject();
                break;
            case StringArray texts:
                writer.WriteStringValue(texts.GetBytes(row));
                break;
            case BooleanArray flags:
                writer.WriteBooleanValue(flags.GetValue(row)!.Value);
                break;
            case FloatArray or DoubleArray:
                WriteReal(writer, Cells.Double(array)!(row));
                break;
            case Date32Array days:
                writer.WriteStringValue(RowText.DateText(days.Values[row]));
                break;
            case TimestampArray times:
                var zone = ((TimestampType)times.Data.DataType).Timezone;
                writer.WriteStringValue(TimestampText(Cells.Microseconds(times)!(row)) + (zone is null ? "" : "Z"));
                break;
            case Decimal128Array decimals:
                writer.WriteRawValue(RowText.DecimalText(Cells.Decimal(decimals, decimals.Scale)!(row), decimals.Scale));
                break;
            default:
                if (Cells.Integer(array) is { } integer)
                    writer.WriteNumberValue(integer(row));
                else
                    // A type that has no bounds in JSON: unknown.
                    writer.WriteNullValue();
                break;
        }
    }

    /// <summary>Without the digits of microseconds when these are zero: they may have been cut off, and who reads the text has to see that.</summary>
    static string TimestampText(long microseconds) =>
        microseconds % MicrosecondsOfMillisecond == 0 ? RowText.TimestampText(microseconds)[..^MicrosecondDigits] : RowText.TimestampText(microseconds);

    static void WriteReal(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteNullValue();
    }
}
