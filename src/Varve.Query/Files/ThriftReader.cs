namespace Varve.Query.Files;

/// <summary>Types of values in Thrift's compact protocol.</summary>
enum ThriftType : byte
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
    Uuid = 13,
}

/// <summary>Reads Thrift's compact protocol, in which Parquet keeps its footers. Anything amiss is a <see cref="FormatException"/>.</summary>
ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    const int DepthMax = 64;
    const int LongListMark = 15;

    ReadOnlySpan<byte> _left = bytes;

    /// <summary>Goes on to the next field of a struct; false at its end.</summary>
    /// <param name="field">The id of the field before, 0 at first; then that of the field.</param>
    /// <param name="type">The type of its value, which has to be read or skipped.</param>
    public bool NextField(ref int field, out ThriftType type)
    {
        var head = ReadByte();
        type = (ThriftType)(head & 0xF);
        if (type == ThriftType.Stop)
            return false;
        field = head >> 4 is > 0 and var step ? field + step : (int)ReadSigned();
        return true;
    }

    /// <summary>A whole number of 16, 32 or 64 bits.</summary>
    public long ReadInteger(ThriftType type) => type switch
    {
        ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64 => ReadSigned(),
        _ => throw new FormatException($"a number is of type {type}"),
    };

    /// <summary>Bytes or UTF-8 text.</summary>
    public ReadOnlySpan<byte> ReadBinary(ThriftType type)
    {
        Expect(type, ThriftType.Binary);
        return Take(ReadUnsigned());
    }

    /// <summary>The number of items of a list of structs, which have to be read or skipped.</summary>
    public int ReadListOfStructs(ThriftType type)
    {
        Expect(type, ThriftType.List);
        var (count, item) = ReadListHead();
        if (count > 0)
            Expect(item, ThriftType.Struct);
        return count;
    }

    /// <summary>Passes over a value.</summary>
    public void Skip(ThriftType type) => Skip(type, isItem: false, depth: 0);

    public static void Expect(ThriftType type, ThriftType wanted)
    {
        if (type != wanted)
            throw new FormatException($"a value is of type {type} where {wanted} was expected");
    }

    void Skip(ThriftType type, bool isItem, int depth)
    {
        if (depth > DepthMax)
            throw new FormatException($"values are nested deeper than {DepthMax}");
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                // In a struct the type is the value.
                if (isItem)
                    ReadByte();
                break;
            case ThriftType.Byte:
                ReadByte();
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                ReadUnsigned();
                break;
            case ThriftType.Double:
                Take(sizeof(double));
                break;
            case ThriftType.Uuid:
                Take(16);
                break;
            case ThriftType.Binary:
                Take(ReadUnsigned());
                break;
            case ThriftType.List or ThriftType.Set:
                var (count, item) = ReadListHead();
                for (var i = 0; i < count; i++)
                    Skip(item, isItem: true, depth + 1);
                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Struct:
                var field = 0;
                while (NextField(ref field, out var inner))
                    Skip(inner, isItem: false, depth + 1);
                break;
            default:
                throw new FormatException($"a value is of the unknown type {(int)type}");
        }
    }

    void SkipMap(int depth)
    {
        var count = Count(ReadUnsigned());
        if (count == 0)
            return;
        var types = ReadByte();
        for (var i = 0; i < count; i++)
        {
            Skip((ThriftType)(types >> 4), isItem: true, depth + 1);
            Skip((ThriftType)(types & 0xF), isItem: true, depth + 1);
        }
    }

    (int Count, ThriftType Item) ReadListHead()
    {
        var head = ReadByte();
        var count = head >> 4 is < LongListMark and var few ? few : Count(ReadUnsigned());
        return (Count((ulong)count), (ThriftType)(head & 0xF));
    }

    // Every item takes a byte or more.
    readonly int Count(ulong count) => count <= (ulong)_left.Length ? (int)count : throw TooShort();

    long ReadSigned()
    {
        var value = ReadUnsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    ulong ReadUnsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = ReadByte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }

        throw new FormatException("a number has more than 64 bits");
    }

    byte ReadByte() => Take(1)[0];

    ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_left.Length)
            throw TooShort();
        var taken = _left[..(int)count];
        _left = _left[(int)count..];
        return taken;
    }

    static FormatException TooShort() => new("it ends too early");
}
