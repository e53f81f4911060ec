using System.Buffers;

namespace Varve.Ingest.Settings;

/// <summary>What becomes of the values of a field that is not kept as it is.</summary>
abstract class FieldRule
{
    /// <summary>True when the column is to be null in every row; then <see cref="TryWrite"/> is not called.</summary>
    public abstract bool Drops { get; }

    /// <summary>Writes what stands for a text (UTF-8); false: null. Equal values give equal results.</summary>
    public abstract bool TryWrite(ReadOnlySpan<byte> value, IBufferWriter<byte> output);
}
