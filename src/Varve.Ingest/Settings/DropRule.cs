using System.Buffers;

namespace Varve.Ingest.Settings;

/// <summary>The values are not kept.</summary>
sealed class DropRule : FieldRule
{
    public static DropRule Instance { get; } = new();

    public override bool Drops => true;

    public override bool TryWrite(ReadOnlySpan<byte> value, IBufferWriter<byte> output) => false;
}
