using Varve.Generator.Text;
using Varve.Generator.World;

namespace Varve.Generator.Simulation;

/// <summary>
/// One request and its answer: what both datasets are written from. A single instance is filled again and again, so
/// <see cref="Begin"/> clears whatever not every request sets.
/// </summary>
internal sealed class Request
{
    const int MatchesMax = 2;

    readonly RuleMatch[] _matches = new RuleMatch[MatchesMax];
    int _matchCount;

    public long UnixMilliseconds { get; set; }

    public ulong RayId { get; set; }

    public Client Client { get; private set; } = new();

    public byte[] Method { get; set; } = Methods.Get;

    public byte[] Host { get; set; } = [];

    /// <summary>Path and query, URL-encoded.</summary>
    public TextBuffer Uri { get; } = new(1024);

    public int PathLength { get; private set; }

    public ReadOnlySpan<byte> Path => Uri.Written[..PathLength];

    public ReadOnlySpan<byte> Query => Uri.Written[PathLength..];

    public Page Referer { get; set; }

    public int RequestBytes { get; set; }

    public bool IsPlainHttp { get; set; }

    public bool IsAjax { get; set; }

    /// <summary>The job logs accept-language and the session cookie of this request.</summary>
    public bool HasHeaders { get; set; }

    public byte[] JsDetection { get; set; } = [];

    public byte[] LeakedCredentials { get; set; } = [];

    public int AttackScore { get; set; }

    public int SqliScore { get; set; }

    public int XssScore { get; set; }

    public int RceScore { get; set; }

    public int Status { get; set; }

    public Content Content { get; set; } = Content.Document;

    public byte[] CacheStatus { get; set; } = CacheStatuses.Unknown;

    public int CompressionHundredths { get; set; }

    public int CacheBytes { get; set; }

    public int BodyBytes { get; set; }

    public int ResponseBytes { get; set; }

    public int FirstByteMs { get; set; }

    public int DurationMs { get; set; }

    /// <summary>0 when the edge answered without the origin.</summary>
    public int OriginStatus { get; set; }

    public int OriginBytes { get; set; }

    public int OriginMs { get; set; }

    public int OriginServer { get; set; }

    /// <summary>Rules that matched, the terminating one last.</summary>
    public ReadOnlySpan<RuleMatch> Matches => _matches.AsSpan(0, _matchCount);

    public void Begin(Client client)
    {
        Client = client;
        Method = Methods.Get;
        Uri.Length = 0;
        PathLength = 0;
        Referer = default;
        RequestBytes = 420 + client.Agent.Text.Length;
        IsPlainHttp = false;
        IsAjax = false;
        HasHeaders = false;
        JsDetection = [];
        LeakedCredentials = [];
        Content = Content.Document;
        _matchCount = 0;
    }

    /// <summary>What is appended to <see cref="Uri"/> after this is the query.</summary>
    public void EndPath() => PathLength = Uri.Length;

    public void Match(SecurityRule rule, SecurityAction action) => _matches[_matchCount++] = new RuleMatch(rule, action);

    public void Unmatch() => _matchCount = 0;

    public void Scores(int attack, int sqli, int xss, int rce)
    {
        AttackScore = attack;
        SqliScore = sqli;
        XssScore = xss;
        RceScore = rce;
    }
}
