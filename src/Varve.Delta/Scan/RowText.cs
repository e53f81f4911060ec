using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Apache.Arrow;
using Varve.Delta.Schema;

namespace Varve.Delta.Scan;

/// <summary>
/// Rows as NDJSON: integers as numbers, floats with a point or an exponent, decimals as text of their scale, timestamps with six digits,
/// binary as <c>0x</c> and hexadecimal digits, structs as objects in the schema's order, maps as arrays of pairs sorted by their text.
/// </summary>
public sealed class RowText(TableSchema schema)
{
    const int PairFlushBytes = 256;
    const long SecondsOfDay = 86_400;
    const long MicrosecondsOfSecond = 1_000_000;

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes one row of a batch that has the schema, and a newline.</summary>
    public void Write(RecordBatch batch, int row, IBufferWriter<byte> output)
    {
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartObject();
            for (var i = 0; i < schema.Fields.Count; i++)
            {
                writer.WritePropertyName(schema.Fields[i].Name);
                WriteValue(writer, batch.Column(i), row, schema.Fields[i].Type);
            }

            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>A day, counted from 1970.</summary>
    public static string DateText(long day)
    {
        // Days from 0000-03-01 in eras of 400 years, so that the leap day ends a year.
        var shifted = day + 719_468;
        var era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097;
        var dayOfEra = shifted - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var month = ((5 * dayOfYear) + 2) / 153;
        var dayOfMonth = dayOfYear - (((153 * month) + 2) / 5) + 1;
        var calendarMonth = month < 10 ? month + 3 : month - 9;
        var year = yearOfEra + (era * 400) + (calendarMonth <= 2 ? 1 : 0);
        return string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{calendarMonth:00}-{dayOfMonth:00}");
    }

    /// <summary>A time without zone, counted in microseconds from 1970.</summary>
    public static string TimestampText(long microseconds)
    {
        var seconds = Math.DivRem(microseconds, MicrosecondsOfSecond, out var fraction);
        if (fraction < 0)
            (seconds, fraction) = (seconds - 1, fraction + MicrosecondsOfSecond);
        var day = Math.DivRem(seconds, SecondsOfDay, out var second);
        if (second < 0)
            (day, second) = (day - 1, second + SecondsOfDay);
        return string.Create(CultureInfo.InvariantCulture, $"{DateText(day)}T{second / 3600:00}:{second / 60 % 60:00}:{second % 60:00}.{fraction:000000}");
    }

    /// <summary>A whole number of the scale with its point.</summary>
    public static string DecimalText(Int128 value, int scale)
    {
        var digits = (value < 0 ? -value : value).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return (value < 0 ? "-" : "") + (scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}");
    }

    static void WriteValue(Utf8JsonWriter writer, IArrowArray array, int row, DeltaType type)
    {
        if (array.IsNull(row))
        {
            writer.WriteNullValue();
            return;
        }

        switch (type)
        {
            case DeltaType.StructOf nested:
                writer.WriteStartObject();
                for (var i = 0; i < nested.Fields.Count; i++)
                {
                    writer.WritePropertyName(nested.Fields[i].Name);
                    WriteValue(writer, ((StructArray)array).Fields[i], row, nested.Fields[i].Type);
                }

                writer.WriteEndObject();
                break;
            case DeltaType.ArrayOf list:
                var lists = (ListArray)array;
                writer.WriteStartArray();
                for (var item = lists.ValueOffsets[row]; item < lists.ValueOffsets[row + 1]; item++)
                    WriteValue(writer, lists.Values, item, list.Element);
                writer.WriteEndArray();
                break;
            case DeltaType.MapOf map:
                WriteMap(writer, (MapArray)array, row, map);
                break;
            case DeltaType.Primitive primitive:
                WritePrimitive(writer, array, row, primitive);
                break;
        }
    }

    static void WriteMap(Utf8JsonWriter writer, MapArray maps, int row, DeltaType.MapOf type)
    {
        var pairs = new List<byte[]>();
        for (var item = maps.ValueOffsets[row]; item < maps.ValueOffsets[row + 1]; item++)
        {
            var text = new ArrayBufferWriter<byte>(PairFlushBytes);
            using (var pair = new Utf8JsonWriter(text, Options))
            {
                pair.WriteStartArray();
                WriteValue(pair, maps.Keys, item, type.Key);
                WriteValue(pair, maps.Values, item, type.Value);
                pair.WriteEndArray();
            }

            pairs.Add(text.WrittenSpan.ToArray());
        }

        pairs.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        writer.WriteStartArray();
        foreach (var pair in pairs)
            writer.WriteRawValue(pair, skipInputValidation: true);
        writer.WriteEndArray();
    }

    static void WritePrimitive(Utf8JsonWriter writer, IArrowArray array, int row, DeltaType.Primitive type)
    {
        switch (array)
        {
            // A string array is a binary array too, and comes first.
            case StringArray strings:
                writer.WriteStringValue(strings.GetBytes(row));
                break;
            case BooleanArray flags:
                writer.WriteBooleanValue(flags.GetValue(row)!.Value);
                break;
            case FloatArray floats:
                WriteReal(writer, floats.Values[row]);
                break;
            case DoubleArray doubles:
                WriteReal(writer, doubles.Values[row]);
                break;
            case Date32Array days:
                writer.WriteStringValue(DateText(days.Values[row]));
                break;
            case TimestampArray times:
                writer.WriteStringValue(TimestampText(times.Values[row]) + (type.Name == "timestamp" ? "Z" : ""));
                break;
            // A decimal array is a fixed-size binary array too.
            case Decimal128Array decimals:
                writer.WriteStringValue(DecimalText(Cells.Decimal(decimals, decimals.Scale)!(row), decimals.Scale));
                break;
            default:
                if (Cells.Integer(array) is { } integer)
                    writer.WriteNumberValue(integer(row));
                else
                    writer.WriteStringValue("0x" + Convert.ToHexStringLower(Cells.Bytes(array)!(row)));
                break;
        }
    }

    static void WriteReal(Utf8JsonWriter writer, double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
            writer.WriteStringValue(text);
        else
            writer.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text, skipInputValidation: true);
    }
}
