using System.Buffers.Binary;
using Varve.Delta.Actions;
using Varve.Storage;

namespace Varve.Delta.Scan;

/// <summary>Finds the deletion vector that a descriptor names, and checks it. Delta protocol: "Deletion Vector File Storage Format".</summary>
public static class DeletionVectorFile
{
    const int FormatVersion = 1;
    const int UuidBytes = 16;
    const int UuidCharacters = 20;
    const int SizeBytes = 4;
    const int ChecksumBytes = 4;

    /// <summary>Loads the vector of a data file of the table.</summary>
    /// <exception cref="VarveException">It is missing, damaged, or not where this version can read.</exception>
    public static async Task<DeletionVector> LoadAsync(
        IObjectStore store, string tableRoot, DeletionVectorDescriptor descriptor, CancellationToken cancellationToken)
    {
        if (descriptor.SizeInBytes < 0 || descriptor.Offset < 0)
            throw Corrupt(descriptor.UniqueId, "its size or its offset is negative");
        if (descriptor.StorageType == "i")
            return Check(DecodeInline(descriptor), descriptor, "in the log");
        var path = PathOf(tableRoot, descriptor, TablePath.AddressOf(store, tableRoot));
        var content = await store.ReadAsync(path, cancellationToken)
            ?? throw new VarveException(FaultKind.Corrupt, $"The deletion vector {path} is missing.");
        return Check(DataOf(content, descriptor, path), descriptor, path);
    }

    /// <summary>Where in the store the file of a vector is that is not in the descriptor itself.</summary>
    internal static string PathOf(string tableRoot, DeletionVectorDescriptor descriptor, string? tableAddress = null)
    {
        if (descriptor.StorageType == "p")
            return TablePath.InStore(tableRoot, tableAddress, descriptor.PathOrInlineDv);
        if (descriptor.StorageType != "u")
            throw new VarveException(FaultKind.Invalid, $"A deletion vector of {tableRoot} has the storage type '{descriptor.StorageType}', which this version cannot read.");
        var text = descriptor.PathOrInlineDv;
        if (text.Length < UuidCharacters || Z85.TryDecode(text.AsSpan(text.Length - UuidCharacters)) is not { Length: UuidBytes } bytes)
            throw Corrupt(descriptor.UniqueId, "its name is no UUID in Z85");
        var prefix = text[..^UuidCharacters];
        var name = $"deletion_vector_{new Guid(bytes, bigEndian: true)}.bin";
        return StorePath.Join(tableRoot, prefix.Length == 0 ? name : $"{prefix}/{name}");
    }

    static byte[] DecodeInline(DeletionVectorDescriptor descriptor)
    {
        // Z85 comes in groups of four bytes: what is left over is padding.
        if (Z85.TryDecode(descriptor.PathOrInlineDv) is not { } bytes || bytes.Length < descriptor.SizeInBytes || bytes.Length - descriptor.SizeInBytes > 3)
            throw Corrupt("in the log", $"it does not hold {descriptor.SizeInBytes} bytes in Z85");
        return bytes[..descriptor.SizeInBytes];
    }

    static ReadOnlySpan<byte> DataOf(byte[] content, DeletionVectorDescriptor descriptor, string path)
    {
        if (content.Length == 0 || content[0] != FormatVersion)
            throw Corrupt(path, $"its format is not version {FormatVersion}");
        long start = descriptor.Offset ?? 0;
        if (start + SizeBytes + descriptor.SizeInBytes + ChecksumBytes > content.Length)
            throw Corrupt(path, "the file is too short");
        var block = content.AsSpan((int)start);
        var size = BinaryPrimitives.ReadInt32BigEndian(block);
        if (size != descriptor.SizeInBytes)
            throw Corrupt(path, $"it has {size} bytes instead of {descriptor.SizeInBytes}");
        var data = block.Slice(SizeBytes, size);
        if (BinaryPrimitives.ReadUInt32BigEndian(block[(SizeBytes + size)..]) != Crc32.Of(data))
            throw Corrupt(path, "its checksum does not match");
        return data;
    }

    static DeletionVector Check(ReadOnlySpan<byte> data, DeletionVectorDescriptor descriptor, string source)
    {
        var vector = DeletionVector.Decode(data, source);
        if (vector.Cardinality != descriptor.Cardinality)
            throw Corrupt(source, $"it holds {vector.Cardinality} rows instead of {descriptor.Cardinality}");
        return vector;
    }

    static VarveException Corrupt(string source, string reason) =>
        new(FaultKind.Corrupt, $"The deletion vector {source} cannot be read: {reason}.");
}
