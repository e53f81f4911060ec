using Varve.Generator.World;

namespace Varve.Generator.Simulation;

internal enum HttpVersion : byte
{
    Http11,
    Http2,
    Http3,
}

/// <summary>Someone who sends requests: what stays the same from one request to the next.</summary>
internal sealed class Client
{
    public Network Network { get; set; } = Networks.All[0];

    public Place Place { get; set; } = Networks.All[0].Places[0];

    public ClientAddress Address { get; set; }

    public UserAgent Agent { get; set; } = UserAgents.Default.Desktops[0];

    public HttpVersion Version { get; set; }

    public bool IsTls12 { get; set; }

    public int SourcePort { get; set; }

    public int RttMs { get; set; }

    public int BotScore { get; set; }

    public byte[] BotScoreSource { get; set; } = BotScoreSources.MachineLearning;

    /// <summary>Reputation of the address.</summary>
    public byte[] AddressClass { get; set; } = AddressClasses.NoRecord;

    public byte[] Language { get; set; } = [];

    /// <summary>Session cookie, 0 for clients that keep none.</summary>
    public ulong Session { get; set; }
}
