using System.Buffers;
using System.Text;

namespace Varve.Ingest.Settings;

/// <summary>Rules for single keys of a map. Keys are found in any case: header names have none (RFC 9110, 5.1).</summary>
sealed class KeyRules(IEnumerable<(string Key, FieldRule Rule)> rules) : FieldRule
{
    readonly (byte[] Key, FieldRule Rule)[] _rules = [.. rules.Select(rule => (Encoding.UTF8.GetBytes(rule.Key), rule.Rule))];

    public override bool Drops => false;

    public override FieldRule? OfKey(ReadOnlySpan<byte> key)
    {
        foreach (var (known, rule) in _rules)
            if (known.Length == key.Length && (Ascii.EqualsIgnoreCase(known, key) || key.SequenceEqual(known)))
                return rule;
        return null;
    }

    public override bool TryWrite(ReadOnlySpan<byte> value, IBufferWriter<byte> output) =>
        throw new InvalidOperationException("A map has no value of its own: its keys have rules.");
}
