using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Varve.Storage;

namespace Varve.Maintenance.Merging;

/// <summary>
/// A hash of the rows of files that does not depend on their order, on how they are spread over files, or on how columns are encoded: rows that are only moved
/// keep it. Of each value XXH128 with the column's name as seed, added up over a row's columns; XXH128 of that, added up over rows, modulo 2^128. Nulls add nothing, so
/// that a column that a file lacks is one of nulls. It tells accidents, not forgers: the bytes of files have a digest for these.
/// </summary>
static class RowHashes
{
    /// <summary>The tag of an added file that holds it, in hexadecimal digits.</summary>
    public const string Tag = "varve.rows";

    const int HashBytes = 16;

    /// <summary>Adds the values of a column to the sums of their rows.</summary>
    public static void Add(string column, IArrowArray values, Span<UInt128> rows) => Add(SeedOf(column), values, rows);

    /// <summary>The hash of rows from the sums of their columns.</summary>
    public static UInt128 Sum(ReadOnlySpan<UInt128> rows)
    {
        var sum = UInt128.Zero;
        foreach (var row in rows)
            sum += HashOf(row, 0);
        return sum;
    }

    /// <summary>The text of a tag.</summary>
    public static string Text(UInt128 hash) => hash.ToString("x32", CultureInfo.InvariantCulture);

    static void Add(long seed, IArrowArray values, Span<UInt128> rows)
    {
        switch (values)
        {
            case DictionaryArray { Dictionary: StringArray texts, Indices: Int32Array codes }:
                AddCodes(seed, texts, codes, rows);
                break;
            case BinaryArray texts:
                for (var row = 0; row < rows.Length; row++)
                    if (!texts.IsNull(row))
                        rows[row] += XxHash128.HashToUInt128(texts.GetBytes(row), seed);
                break;
            case BooleanArray flags:
                for (var row = 0; row < rows.Length; row++)
                    if (flags.GetValue(row) is { } flag)
                        rows[row] += HashOf(flag ? UInt128.One : UInt128.Zero, seed);
                break;
            case StructArray structs:
                AddStructs(seed, structs, rows);
                break;
            case ListArray lists:
                AddLists(seed, lists, rows);
                break;
            default:
                AddFixed(seed, values, rows);
                break;
        }
    }

    static void AddCodes(long seed, StringArray texts, Int32Array codes, Span<UInt128> rows)
    {
        var known = new UInt128[texts.Length];
        for (var code = 0; code < known.Length; code++)
            known[code] = XxHash128.HashToUInt128(texts.GetBytes(code), seed);
        var values = codes.Values;
        var bits = codes.NullBitmapBuffer.Span;
        for (var row = 0; row < rows.Length; row++)
            if (codes.NullCount == 0 || RowGather.IsValid(bits, row + codes.Offset))
                rows[row] += known[values[row]];
    }

    static void AddFixed(long seed, IArrowArray values, Span<UInt128> rows)
    {
        var data = values.Data;
        if (data.DataType is not Apache.Arrow.Types.FixedWidthType { BitWidth: var width } || width % 8 != 0)
            throw new NotSupportedException($"rows with columns of type {data.DataType.Name} have no hash");
        var bytes = data.Buffers[1].Span[(data.Offset * width / 8)..];
        for (var row = 0; row < rows.Length; row++)
            if (!values.IsNull(row))
                rows[row] += XxHash128.HashToUInt128(bytes.Slice(row * width / 8, width / 8), seed);
    }

    static void AddStructs(long seed, StructArray structs, Span<UInt128> rows)
    {
        var sums = new UInt128[rows.Length];
        for (var field = 0; field < structs.Fields.Count; field++)
            Add(seed + field + 1, structs.Fields[field], sums);
        for (var row = 0; row < rows.Length; row++)
            if (!structs.IsNull(row))
                rows[row] += HashOf(sums[row], seed);
    }

    /// <summary>Of a list, or a map, which is a list of pairs: the hash of its items' hashes in their order.</summary>
    static void AddLists(long seed, ListArray lists, Span<UInt128> rows)
    {
        var items = new UInt128[lists.Values.Length];
        Add(seed, lists.Values, items);
        var offsets = lists.ValueOffsets;
        for (var row = 0; row < rows.Length; row++)
            if (!lists.IsNull(row))
                rows[row] += XxHash128.HashToUInt128(MemoryMarshal.AsBytes(items.AsSpan(offsets[row]..offsets[row + 1])), seed + 1);
    }

    static UInt128 HashOf(UInt128 value, long seed)
    {
        Span<byte> bytes = stackalloc byte[HashBytes];
        MemoryMarshal.Write(bytes, value);
        return XxHash128.HashToUInt128(bytes, seed);
    }

    static long SeedOf(string column) => unchecked((long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(column)));

    /// <summary>Refuses to go on when rows are not those that they were.</summary>
    /// <exception cref="VarveException">They are not: <see cref="FaultKind.Internal"/>.</exception>
    public static void CheckSame(UInt128 before, UInt128 after, string table)
    {
        if (before != after)
            throw new VarveException(FaultKind.Internal, $"A merge of {table} has other rows after it ({Text(after)}) than before it ({Text(before)}): nothing was changed.");
    }
}
