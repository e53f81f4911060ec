using Varve.Generator.Randomness;
using Varve.Generator.World;

namespace Varve.Generator.Simulation;

/// <summary>Answers a request: status, cache, origin, sizes and times, so that they fit each other.</summary>
internal sealed class Edge
{
    const int HeaderBytes = 480;
    const int IncidentCount = 4;

    readonly (long From, long To)[] _incidents = new (long, long)[IncidentCount];

    /// <summary>Errors of the origin come in bursts of minutes: four times a window, about 1 % of it each.</summary>
    public Edge(int seed, long startMs, long durationMs)
    {
        var random = Prng.For(seed, 3, 0);
        for (var i = 0; i < IncidentCount; i++)
        {
            var from = startMs + durationMs / IncidentCount * i + durationMs / IncidentCount * random.Between(5, 85) / 100;
            _incidents[i] = (from, from + durationMs * random.Between(6, 14) / 1000);
        }
    }

    /// <summary>A file: from the cache, or through it from the origin. Size and absence follow from the file's identity.</summary>
    public static void AnswerStatic(Request request, ref Prng random, ulong file, int notModifiedPerMille)
    {
        var content = request.Content;
        var identity = Prng.Mix(file);
        var body = (int)(content.MedianBytes * PortableMath.Exp(content.Sigma * PortableMath.Normal(identity))) + 90;
        var status = 200;
        if (content == Content.Image && identity % 300 == 0)
            (status, body) = (404, 1_240);
        else if (content == Content.Video)
            (status, body) = (206, Math.Min(body, 1 << 20));
        else if (random.PerMille(notModifiedPerMille))
            status = 304;

        var draw = random.Below(1000);
        request.CacheStatus = draw switch
        {
            < 885 => CacheStatuses.Hit,
            < 940 => CacheStatuses.Miss,
            < 970 => CacheStatuses.Expired,
            _ => CacheStatuses.Revalidated,
        };
        var originStatus = draw < 885 ? 0 : draw < 970 ? status == 304 ? 200 : status : 304;
        if (originStatus == 304 && status == 404)
            originStatus = 404;
        Finish(request, ref random, status, originStatus, body, originStatus is 0 or 304 ? 0 : body, 35);
    }

    /// <summary>A page or an API call: from the origin, which sometimes is in trouble.</summary>
    public void AnswerDynamic(Request request, ref Prng random, int status)
    {
        request.CacheStatus = request.Method == Methods.Get ? CacheStatuses.Dynamic : CacheStatuses.Bypass;
        if (status < 400 && random.PerMille(IsIncident(request.UnixMilliseconds) ? 550 : 2))
            status = random.Below(10) switch { < 7 => 500, < 9 => 503, _ => 504 };

        var content = request.Content;
        var body = status switch
        {
            200 => (int)random.LogNormal(content.MedianBytes, content.Sigma) + 60,
            301 or 302 or 304 => 0,
            404 when content == Content.Document => 5_200,
            _ => 310,
        };
        Finish(request, ref random, status, status, body, body, content == Content.Api ? 48 : 115);
    }

    /// <summary>The client gave up before the origin had answered.</summary>
    public static void AnswerGone(Request request, ref Prng random)
    {
        request.CacheStatus = CacheStatuses.Dynamic;
        Finish(request, ref random, 499, 0, 0, 0, 0);
        request.ResponseBytes = 0;
        request.FirstByteMs = 0;
        request.DurationMs = random.LogNormalInt(2_400, 0.8, 200, 60_000);
    }

    /// <summary>Plain HTTP is sent to HTTPS by the edge itself.</summary>
    public static void AnswerUpgrade(Request request, ref Prng random)
    {
        request.IsPlainHttp = true;
        request.CacheStatus = CacheStatuses.Unknown;
        Finish(request, ref random, 301, 0, 167, 0, 0);
    }

    /// <summary>A rule blocked or challenged the request; the origin never saw it.</summary>
    public static void AnswerMitigated(Request request, ref Prng random, int status)
    {
        request.CacheStatus = CacheStatuses.Unknown;
        request.Content = Content.Document;
        Finish(request, ref random, status, 0, random.Between(4_480, 4_620), 0, 0);
    }

    /// <summary>The origin answered with a head and no body at all.</summary>
    public static void AnswerEmpty(Request request, ref Prng random, int status, double originMs)
    {
        request.CacheStatus = request.Method == Methods.Get ? CacheStatuses.Dynamic : CacheStatuses.Bypass;
        Finish(request, ref random, status, status, 0, 0, originMs);
        request.CacheBytes = 0;
    }

    static void Finish(
        Request request, ref Prng random, int status, int originStatus, int body, int originBytes, double originMsMedian)
    {
        if (status == 304 || request.Method == Methods.Head)
            body = 0;
        request.Status = status;
        request.OriginStatus = originStatus;
        request.BodyBytes = body;
        request.ResponseBytes = body + HeaderBytes + random.Below(240);
        request.CompressionHundredths =
            status == 200 && body > 500 && request.Content.CompressionHundredths > 0
                ? request.Content.CompressionHundredths + random.Between(-60, 60)
                : 0;
        request.OriginBytes = originBytes;
        request.OriginServer = random.Below(4);
        request.OriginMs = originStatus == 0 ? 0 : random.LogNormalInt(
            status is 503 or 504 ? 8_000 : originMsMedian, 0.6, 3, 60_000);
        request.CacheBytes = originStatus == 0 && request.CacheStatus != CacheStatuses.Hit ? 0 : originBytes > 0 || body > 0
            ? Math.Max(originBytes, body) + 410
            : 0;
        request.FirstByteMs = request.OriginMs + random.LogNormalInt(5, 0.6, 1, 200);
        // 2 MB a second at a round trip of 20 ms, less the further away.
        var sendMs = (long)request.ResponseBytes * (20 + request.Client.RttMs) / 80_000;
        request.DurationMs = request.FirstByteMs + (int)sendMs + 1;
    }

    bool IsIncident(long unixMilliseconds)
    {
        foreach (var (from, to) in _incidents)
            if (unixMilliseconds >= from && unixMilliseconds < to)
                return true;
        return false;
    }
}
