namespace Varve.Ingest.Formats;

/// <summary>The first part of a record that is too long or too broken to be held, and how long it was.</summary>
sealed class KeptText(int bytesMax)
{
    byte[] _text = [];

    /// <summary>What was kept.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>Size of all that was added.</summary>
    public long Bytes { get; private set; }

    public void Add(ReadOnlySpan<byte> part)
    {
        Bytes += part.Length;
        if (_text.Length < bytesMax)
            _text = [.. _text, .. part[..Math.Min(part.Length, bytesMax - _text.Length)]];
    }

    public void Clear() => (_text, Bytes) = ([], 0);
}
