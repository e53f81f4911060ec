using System.Buffers;

namespace Varve.Ingest.Settings;

/// <summary>What becomes of the values of a field that is not kept as it is. Of a list of texts it is applied to each item, null items stay.</summary>
abstract class FieldRule
{
    /// <summary>True when the column is to be null in every row; then <see cref="TryWrite"/> is not called.</summary>
    public abstract bool Drops { get; }

    /// <summary>
    /// Of a map field whose rule does not drop it: what becomes of the value under a key (UTF-8); null: it is kept as it is. A value that is
    /// dropped is null, its key stays.
    /// </summary>
    public virtual FieldRule? OfKey(ReadOnlySpan<byte> key) => this;

    /// <summary>Writes what stands for a text (UTF-8); false: null. Equal values give equal results.</summary>
    public abstract bool TryWrite(ReadOnlySpan<byte> value, IBufferWriter<byte> output);
}
