using Varve.Generator.Text;

namespace Varve.Generator.World;

internal enum NetworkKind
{
    Access,
    Hosting,
    Crawler,
    Story,
}

/// <summary>An invented provider with an AS number reserved for documentation (RFC 5398).</summary>
internal sealed class Network(int index, int asn, string name, string country, NetworkKind kind, int weight, int rttMs)
{
    public int Index { get; } = index;

    public int Asn { get; } = asn;

    public byte[] Name { get; } = Ascii.Bytes(name);

    public byte[] Country { get; } = Ascii.Bytes(country);

    public NetworkKind Kind { get; } = kind;

    /// <summary>Share of the visitors, for access networks.</summary>
    public int Weight { get; } = weight;

    /// <summary>Typical round-trip time to the nearest data centre.</summary>
    public int RttMs { get; } = rttMs;

    /// <summary>Accept-Language of most people here.</summary>
    public byte[] Language { get; } = Networks.LanguageOf(country);

    public Place[] Places { get; } = Networks.PlacesOf(country);
}
