using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Varve.Ingest.Columns;

/// <summary>A quick hash of short texts. Of long ones it looks at parts only: whoever uses it bounds how far it probes.</summary>
static class TextHash
{
    const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    const int Parts = 8;

    public static uint Of(ReadOnlySpan<byte> text)
    {
        ref var bytes = ref MemoryMarshal.GetReference(text);
        var hash = (ulong)text.Length * Multiplier;
        if (text.Length >= sizeof(ulong))
        {
            var last = text.Length - sizeof(ulong);
            var step = Math.Max(sizeof(ulong), last / Parts);
            for (var i = 0; i < last; i += step)
                hash = Mix(hash, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, i)));
            hash = Mix(hash, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, last)));
        }
        else if (text.Length >= sizeof(uint))
        {
            var first = Unsafe.ReadUnaligned<uint>(ref bytes);
            var last = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref bytes, text.Length - sizeof(uint)));
            hash = Mix(hash, ((ulong)first << 32) | last);
        }
        else if (text.Length > 0)
        {
            hash = Mix(hash, ((ulong)bytes << 16) | ((ulong)text[text.Length / 2] << 8) | text[^1]);
        }

        return (uint)(hash >> 32) ^ (uint)hash;
    }

    static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * Multiplier;
        return hash ^ (hash >> 29);
    }
}
