using System.Collections;
using System.Globalization;
using System.Numerics;
using Varve.Storage;

namespace Varve.Query.Workers;

/// <summary>The values of a <see cref="RowBlock"/> as bytes: each with a tag that says what it is, column after column.</summary>
static class ValueCodec
{
    enum Tag : byte
    {
        Null,
        Text,
        Whole,
        LargeWhole,
        Real,
        False,
        True,
        Instant,
        Day,
        List,
        Map,
    }

    public static void Write(BinaryWriter writer, RowBlock block)
    {
        writer.Write7BitEncodedInt(block.Count);
        writer.Write7BitEncodedInt(block.Columns.Count);
        foreach (var column in block.Columns)
            for (var row = 0; row < block.Count; row++)
                Write(writer, column[row]);
    }

    public static RowBlock Read(BinaryReader reader)
    {
        var rows = reader.Read7BitEncodedInt();
        var columns = new object?[reader.Read7BitEncodedInt()][];
        for (var column = 0; column < columns.Length; column++)
        {
            columns[column] = new object?[rows];
            for (var row = 0; row < rows; row++)
                columns[column][row] = ReadValue(reader);
        }

        return new RowBlock(rows, columns);
    }

    static void Write(BinaryWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                Begin(Tag.Null);
                break;
            case string text:
                Begin(Tag.Text).Write(text);
                break;
            case long whole:
                // The sign goes last, so that small numbers are short.
                Begin(Tag.Whole).Write7BitEncodedInt64((whole << 1) ^ (whole >> 63));
                break;
            case BigInteger whole:
                var bytes = whole.ToByteArray();
                Begin(Tag.LargeWhole).Write7BitEncodedInt(bytes.Length);
                writer.Write(bytes);
                break;
            case double real:
                Begin(Tag.Real).Write(real);
                break;
            case bool flag:
                Begin(flag ? Tag.True : Tag.False);
                break;
            case DateTime instant:
                Begin(Tag.Instant).Write(instant.Ticks);
                break;
            case DateOnly day:
                Begin(Tag.Day).Write(day.DayNumber);
                break;
            case IDictionary map:
                Begin(Tag.Map).Write7BitEncodedInt(map.Count);
                foreach (DictionaryEntry entry in map)
                {
                    Write(writer, entry.Key);
                    Write(writer, entry.Value);
                }

                break;
            case ICollection items:
                Begin(Tag.List).Write7BitEncodedInt(items.Count);
                foreach (var item in items)
                    Write(writer, item);
                break;
            default:
                // A value inside of a map: numbers of other sizes and the like. They are shown as text wherever they go.
                Begin(Tag.Text).Write(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                break;
        }

        BinaryWriter Begin(Tag tag)
        {
            writer.Write((byte)tag);
            return writer;
        }
    }

    static object? ReadValue(BinaryReader reader)
    {
        var tag = (Tag)reader.ReadByte();
        switch (tag)
        {
            case Tag.Null:
                return null;
            case Tag.Text:
                return reader.ReadString();
            case Tag.Whole:
                var folded = reader.Read7BitEncodedInt64();
                return (long)((ulong)folded >> 1) ^ -(folded & 1);
            case Tag.LargeWhole:
                return new BigInteger(reader.ReadBytes(reader.Read7BitEncodedInt()));
            case Tag.Real:
                return reader.ReadDouble();
            case Tag.False:
                return false;
            case Tag.True:
                return true;
            case Tag.Instant:
                return new DateTime(reader.ReadInt64(), DateTimeKind.Utc);
            case Tag.Day:
                return DateOnly.FromDayNumber(reader.ReadInt32());
            case Tag.List:
                var items = new object?[reader.Read7BitEncodedInt()];
                for (var i = 0; i < items.Length; i++)
                    items[i] = ReadValue(reader);
                return items;
            case Tag.Map:
                var map = new Dictionary<object, object?>();
                for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
                    map[ReadValue(reader)!] = ReadValue(reader);
                return map;
            default:
                throw new VarveException(FaultKind.Internal, $"A value of a query's process has the unknown tag {tag}.");
        }
    }
}
