using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Varve.Maintenance.Merging;

/// <summary>
/// The resolution level of a record: 3 for one in 1,000, 2 for nine more, 1 for ninety more, 0 for the rest. It depends on the record's id alone, so that
/// the levels of a file that is not split can be told by SQL: <c>md5_number_lower(id) % 1000</c>.
/// </summary>
static class LevelOfId
{
    /// <summary>Levels, from 0.</summary>
    public const int Count = 4;

    const ulong Thousand = 1000;

    /// <summary>The level of an id as UTF-8.</summary>
    public static byte Of(ReadOnlySpan<byte> id)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        // Chosen since every engine has it; nothing is kept secret or safe by it.
#pragma warning disable CA5351
        MD5.HashData(id, digest);
#pragma warning restore CA5351
        return (BinaryPrimitives.ReadUInt64LittleEndian(digest[sizeof(ulong)..]) % Thousand) switch
        {
            0 => 3,
            < 10 => 2,
            < 100 => 1,
            _ => 0,
        };
    }
}
