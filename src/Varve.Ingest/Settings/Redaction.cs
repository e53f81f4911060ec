namespace Varve.Ingest.Settings;

/// <summary>How a value is made unreadable before it is stored.</summary>
public enum RedactionMethod
{
    /// <summary>It is not kept: null.</summary>
    Drop,

    /// <summary>HMAC-SHA-256 under the account's key, as 64 hexadecimal digits: equal values stay equal.</summary>
    Hash,

    /// <summary>Of an IP address the network (/24, /48); of another text its first characters and <c>***</c>.</summary>
    Mask,
}

/// <summary>One redaction.</summary>
/// <param name="Field">
/// A field, a key of a map (<c>RequestHeaders.authorization</c>), or <c>_extra</c> and a name in it, which can only be dropped.
/// </param>
/// <param name="Method">How.</param>
/// <param name="Keep">Characters that a mask keeps of a text that is no IP address.</param>
public sealed record Redaction(string Field, RedactionMethod Method, int Keep = 0);
