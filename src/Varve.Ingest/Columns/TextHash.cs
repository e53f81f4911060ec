using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Varve.Ingest.Columns;

/// <summary>
/// Short texts, 32 bytes at a time. The memory of a text has to be readable that far beyond its end. The hash of a long text looks at parts of it
/// only: whoever uses it bounds how far it probes.
/// </summary>
static class TextHash
{
    /// <summary>Bytes that have to be readable beyond the end of a text.</summary>
    public const int Padding = 32;

    const ulong First = 0x9E37_79B9_7F4A_7C15;
    const ulong Second = 0xC2B2_AE3D_27D4_EB4F;
    const ulong Third = 0x1656_67B1_9E37_79F9;
    const ulong Fourth = 0xD6E8_FEB8_6659_FD93;
    const int Parts = 8;

    // 32 bytes of ones, then 32 of zeroes: what is read from 32 - n on keeps the first n bytes.
    static ReadOnlySpan<byte> Ones =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>The hash of a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(ref byte text, int length)
    {
        if (length > Padding)
            return OfLong(ref text, length);
        return OfHead(Head(ref text, length), length);
    }

    /// <summary>The hash of a text of up to 32 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint OfHead(Vector256<byte> head, int length) => Fold(head.AsUInt64(), (ulong)length);

    /// <summary>True when two texts of one length are the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreEqual(ref byte one, ref byte other, int length)
    {
        if (length <= Padding)
            return ((Vector256.LoadUnsafe(ref one) ^ Vector256.LoadUnsafe(ref other)) & Mask(length)) == Vector256<byte>.Zero;
        return Span(ref one, length).SequenceEqual(Span(ref other, length));
    }

    /// <summary>Copies a text; up to 32 bytes beyond it are written too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ref byte from, ref byte to, int length)
    {
        if (length <= Padding)
            Vector256.LoadUnsafe(ref from).StoreUnsafe(ref to);
        else
            Span(ref from, length).CopyTo(System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref to, length));
    }

    /// <summary>The first bytes of a text, at most 32, and zeroes after them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Head(ref byte text, int length) => Vector256.LoadUnsafe(ref text) & Mask(length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<byte> Mask(int length) =>
        Vector256.LoadUnsafe(ref Unsafe.Add(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(Ones), Padding - length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Fold(Vector256<ulong> words, ulong seed)
    {
        var hash = ((words[0] ^ seed) * First) ^ (ulong.RotateLeft(words[1], 29) * Second) ^ (ulong.RotateLeft(words[2], 17) * Third) ^ (ulong.RotateLeft(words[3], 41) * Fourth);
        hash ^= hash >> 32;
        hash *= First;
        return (uint)(hash >> 32);
    }

    static uint OfLong(ref byte text, int length)
    {
        var last = length - Padding;
        var hash = Fold(Vector256.LoadUnsafe(ref Unsafe.Add(ref text, last)).AsUInt64(), (ulong)length);
        var step = Math.Max(Padding, last / Parts);
        for (var at = 0; at < last; at += step)
            hash = (hash * 31) ^ Fold(Vector256.LoadUnsafe(ref Unsafe.Add(ref text, at)).AsUInt64(), hash);
        return hash;
    }

    static ReadOnlySpan<byte> Span(ref byte text, int length) => System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref text, length);
}
