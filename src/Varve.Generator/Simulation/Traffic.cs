using Varve.Generator.Stories;
using Varve.Generator.World;

namespace Varve.Generator.Simulation;

/// <summary>All requests of the window in order of time: the crowd and the stories merged.</summary>
internal sealed class Traffic
{
    readonly Crowd _crowd;
    readonly RayIds _rayIds;
    readonly SkipThinning _skips;
    readonly long _startMs;
    int _nextPlanned;

    public Traffic(TrafficOptions options)
    {
        _startMs = (options.Start.UtcTicks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond
            - DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMillisecond;
        var endMs = (options.Start + options.Duration).UtcTicks / TimeSpan.TicksPerMillisecond
            - DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMillisecond;
        var durationMs = endMs - _startMs;
        Site = new Site(options.Zone);
        var edge = new Edge(options.Seed, _startMs, durationMs);
        Plan = new StoryPlan(new StorySetting(options.Seed, options.Requests, durationMs * 1000, Site, edge), _startMs);
        _crowd = new Crowd(
            options.Seed,
            options.Crowd,
            options.Requests - Plan.Count,
            durationMs,
            new DayCurve(_startMs, durationMs),
            new Behaviour(new Shopping(Site, edge), new Crawling(Site, edge), new Scanning(Site, edge)));
        _rayIds = new RayIds(options.Seed, planned: false);
        _skips = options.Skips;
    }

    public Site Site { get; }

    public StoryPlan Plan { get; }

    /// <summary>The request <see cref="MoveNext"/> filled in; the same object every time.</summary>
    public Request Current { get; } = new();

    /// <summary>Requests so far that a skip rule matched, before thinning.</summary>
    public long SkipCount { get; private set; }

    public bool MoveNext()
    {
        var crowdUs = _crowd.NextUs;
        if (_nextPlanned < Plan.Count && Plan.TimeUs(_nextPlanned) <= crowdUs)
        {
            Plan.Compose(_nextPlanned++, Current);
            return true;
        }

        if (crowdUs == long.MaxValue)
            return false;
        Current.UnixMilliseconds = _startMs + crowdUs / 1000;
        Current.RayId = _rayIds.Next(Current.UnixMilliseconds);
        _crowd.Next(Current);
        if (!Current.Matches.IsEmpty && Current.Matches[^1].Action == SecurityAction.Skip && _skips.Drops(SkipCount++))
            Current.Unmatch();
        return true;
    }
}
