using System.Buffers.Binary;
using System.Text;

namespace Varve.Query.Files;

/// <summary>What a Parquet footer tells of the places of column chunks. Parquet format: "File Metadata".</summary>
static class ParquetFooter
{
    /// <summary>Bytes at a file's end: the length of the footer and the magic number.</summary>
    public const int TrailerBytes = 8;

    const int DepthMax = 64;
    const int Repeated = 2;
    const int Unconverted = -1;
    const int Utf8 = 0;

    /// <summary>A chunk as its footer has it: offsets that are 0 stand for what is not there.</summary>
    internal record struct Chunk
    {
        public long DataPage;
        public long IndexPage;
        public long DictionaryPage;
        public long CompressedBytes;
        public long Bloom;
        public long BloomBytes;
        public long OffsetIndex;
        public long OffsetIndexBytes;
        public long ColumnIndex;
        public long ColumnIndexBytes;
        public bool IsElsewhere;

        /// <summary>The least and the greatest value of a column of 64-bit numbers, and how many nulls are beside them; null when they are not told.</summary>
        public ValueBounds? Bounds;

        /// <summary>Rows of its row group.</summary>
        public long Rows;

        /// <summary>Where its first page begins. A dictionary page comes before the data pages.</summary>
        public readonly long Start => new[] { DictionaryPage, IndexPage, DataPage }.Where(static offset => offset > 0).DefaultIfEmpty().Min();
    }

    /// <summary>The length in bytes of the footer whose trailer this is.</summary>
    /// <exception cref="FormatException">These are not the last bytes of a Parquet file that can be read.</exception>
    public static int LengthOf(ReadOnlySpan<byte> trailer)
    {
        var magic = trailer[4..];
        if (magic.SequenceEqual("PARE"u8))
            throw new FormatException("it is encrypted");
        if (!magic.SequenceEqual("PAR1"u8))
            throw new FormatException("the file does not end as a Parquet file does");
        return BinaryPrimitives.ReadInt32LittleEndian(trailer) is > 0 and var length ? length : throw new FormatException("its length is not above 0");
    }

    /// <summary>A leaf of the schema.</summary>
    /// <param name="Top">The top-level column that it lies under.</param>
    /// <param name="IsInstant">True when its numbers are microseconds from 1970 on.</param>
    /// <param name="EngineType">The type that the engine gives it, when it is a column of its own and that is beyond doubt; else null.</param>
    internal readonly record struct Leaf(string Top, bool IsInstant, string? EngineType);

    /// <summary>The bounds of numbers.</summary>
    /// <param name="Min">None is less.</param>
    /// <param name="Max">None is greater.</param>
    /// <param name="Nulls">How many nulls there are beside them; null when that is not told.</param>
    internal readonly record struct ValueBounds(long Min, long Max, long? Nulls);

    record struct Element(string Name, int Children, bool IsInstant, string? EngineType);

    /// <summary>The leaves, and their chunks, row group after row group.</summary>
    /// <exception cref="FormatException">It is no footer.</exception>
    public static (Leaf[] Leaves, List<Chunk> Chunks) Read(ReadOnlySpan<byte> footer)
    {
        var reader = new ThriftReader(footer);
        var elements = new List<Element>();
        var chunks = new List<Chunk>();
        var (field, groups) = (0, 0);
        while (reader.NextField(ref field, out var type))
            switch (field)
            {
                case 2:
                    for (var left = reader.ReadListOfStructs(type); left > 0; left--)
                        elements.Add(ReadElement(ref reader));
                    break;
                case 4:
                    groups = reader.ReadListOfStructs(type);
                    for (var left = groups; left > 0; left--)
                        ReadRowGroup(ref reader, chunks);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }

        var leaves = LeavesOf(elements);
        return chunks.Count == (long)groups * leaves.Length
            ? (leaves, chunks)
            : throw new FormatException($"{groups} row groups of {leaves.Length} columns have {chunks.Count} chunks");
    }

    static Element ReadElement(ref ThriftReader reader)
    {
        const int Microseconds = 10;
        var (field, name, children, physical, repetition, converted, isLogical) = (0, "", 0L, -1L, -1L, -1L, false);
        while (reader.NextField(ref field, out var type))
            switch (field)
            {
                case 1:
                    physical = reader.ReadInteger(type);
                    break;
                case 3:
                    repetition = reader.ReadInteger(type);
                    break;
                case 4:
                    name = Encoding.UTF8.GetString(reader.ReadBinary(type));
                    break;
                case 5:
                    children = reader.ReadInteger(type);
                    break;
                case 6:
                    converted = reader.ReadInteger(type);
                    break;
                default:
                    isLogical |= field == 10;
                    reader.Skip(type);
                    break;
            }

        return children is >= 0 and <= int.MaxValue
            ? new Element(name, (int)children, converted == Microseconds, repetition == Repeated ? null : EngineTypeOf(physical, converted, isLogical))
            : throw new FormatException($"the column {name} has {children} parts");
    }

    /// <summary>What a plain value is to the engine; null when more than its physical type has to be known. Parquet format: "Type", "ConvertedType".</summary>
    static string? EngineTypeOf(long physical, long converted, bool isLogical) => (physical, converted) switch
    {
        (0, Unconverted) when !isLogical => "BOOLEAN",
        (2, Unconverted) when !isLogical => "BIGINT",
        (5, Unconverted) when !isLogical => "DOUBLE",
        (6, Utf8) => "VARCHAR",
        _ => null,
    };

    static void ReadRowGroup(ref ThriftReader reader, List<Chunk> chunks)
    {
        var (field, first, rows) = (0, chunks.Count, 0L);
        while (reader.NextField(ref field, out var type))
            switch (field)
            {
                case 1:
                    for (var left = reader.ReadListOfStructs(type); left > 0; left--)
                        chunks.Add(ReadChunk(ref reader));
                    break;
                case 3:
                    rows = reader.ReadInteger(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }

        for (var chunk = first; chunk < chunks.Count; chunk++)
            chunks[chunk] = chunks[chunk] with { Rows = rows };
    }

    static Chunk ReadChunk(ref ThriftReader reader)
    {
        var (field, chunk, isKnown) = (0, default(Chunk), false);
        while (reader.NextField(ref field, out var type))
            switch (field)
            {
                case 1:
                    chunk.IsElsewhere = reader.ReadBinary(type).Length > 0;
                    break;
                case 3:
                    ThriftReader.Expect(type, ThriftType.Struct);
                    ReadColumn(ref reader, ref chunk);
                    isKnown = true;
                    break;
                case 4:
                    chunk.OffsetIndex = reader.ReadInteger(type);
                    break;
                case 5:
                    chunk.OffsetIndexBytes = reader.ReadInteger(type);
                    break;
                case 6:
                    chunk.ColumnIndex = reader.ReadInteger(type);
                    break;
                case 7:
                    chunk.ColumnIndexBytes = reader.ReadInteger(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }

        if (chunk.IsElsewhere)
            throw new FormatException("it refers to another file");
        return isKnown ? chunk : throw new FormatException("it does not say where a column is, as if it were encrypted");
    }

    static void ReadColumn(ref ThriftReader reader, ref Chunk chunk)
    {
        var field = 0;
        while (reader.NextField(ref field, out var type))
            switch (field)
            {
                case 7:
                    chunk.CompressedBytes = reader.ReadInteger(type);
                    break;
                case 9:
                    chunk.DataPage = reader.ReadInteger(type);
                    break;
                case 10:
                    chunk.IndexPage = reader.ReadInteger(type);
                    break;
                case 11:
                    chunk.DictionaryPage = reader.ReadInteger(type);
                    break;
                case 12:
                    ThriftReader.Expect(type, ThriftType.Struct);
                    chunk.Bounds = ReadBounds(ref reader);
                    break;
                case 14:
                    chunk.Bloom = reader.ReadInteger(type);
                    break;
                case 15:
                    chunk.BloomBytes = reader.ReadInteger(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
    }

    /// <summary>The bounds of a column of 64-bit numbers. Those that old writers gave, in an order that nobody knows, are not looked at.</summary>
    static ValueBounds? ReadBounds(ref ThriftReader reader)
    {
        var (field, min, max, nulls) = (0, (long?)null, (long?)null, (long?)null);
        while (reader.NextField(ref field, out var type))
            switch (field)
            {
                case 3:
                    nulls = reader.ReadInteger(type);
                    break;
                case 5:
                    max = Number(reader.ReadBinary(type));
                    break;
                case 6:
                    min = Number(reader.ReadBinary(type));
                    break;
                default:
                    reader.Skip(type);
                    break;
            }

        return min <= max ? new ValueBounds(min.Value, max.Value, nulls) : null;

        static long? Number(ReadOnlySpan<byte> value) => value.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(value) : null;
    }

    static Leaf[] LeavesOf(List<Element> elements)
    {
        var leaves = new List<Leaf>();
        if (elements.Count == 0)
            throw new FormatException("it has no schema");
        var next = 1;
        for (var left = elements[0].Children; left > 0; left--)
            Walk(top: null, depth: 0);
        return next == elements.Count ? [.. leaves] : throw new FormatException($"{elements.Count - next} parts of its schema belong to nothing");

        void Walk(string? top, int depth)
        {
            if (next == elements.Count)
                throw new FormatException("its schema ends too early");
            if (depth > DepthMax)
                throw new FormatException($"its schema is deeper than {DepthMax}");
            var (name, children, isInstant, engineType) = elements[next++];
            if (children == 0)
                leaves.Add(new Leaf(top ?? name, isInstant, top is null ? engineType : null));
            for (; children > 0; children--)
                Walk(top ?? name, depth + 1);
        }
    }
}
