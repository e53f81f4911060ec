namespace Varve.Generator;

/// <summary>What to simulate. Equal options give equal bytes, on any machine.</summary>
public sealed record TrafficOptions
{
    /// <summary>Requests in the window, stories included: the lines of http_requests. Default 200,000, at least 1.</summary>
    public long Requests { get; init; } = 200_000;

    /// <summary>Every choice follows from this number. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The window begins here, rounded up to a whole millisecond; years 1990 to 2043.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Length of the window. Default 24 hours, at least one second and at most ten years.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The zone; hosts are www, api, static and checkout below it. Default shop.example.com.</summary>
    public string Zone { get; init; } = "shop.example.com";

    /// <summary>Takes the skip rule away from some requests, evenly, to reach an exact number of firewall events.</summary>
    internal SkipThinning Skips { get; init; } = SkipThinning.None;

    /// <summary>Which of the crowds this seed can have; the stories do not depend on it.</summary>
    internal int Crowd { get; init; }

    internal const int RequestsPerMillisecondMax = 100_000;

    internal const int ZoneLengthMax = 100;

    internal TrafficOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Requests, 1, nameof(Requests));
        ArgumentOutOfRangeException.ThrowIfLessThan(Duration, TimeSpan.FromSeconds(1), nameof(Duration));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Duration, TimeSpan.FromDays(3660), nameof(Duration));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            Requests, (long)Duration.TotalMilliseconds * RequestsPerMillisecondMax, nameof(Requests));
        // The Ray ID counts milliseconds from 1985 and has 41 bits for them: until 2054.
        ArgumentOutOfRangeException.ThrowIfLessThan(Start.UtcDateTime.Year, 1990, nameof(Start));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Start.UtcDateTime.Year, 2043, nameof(Start));
        ArgumentException.ThrowIfNullOrEmpty(Zone);
        if (Zone.Length > ZoneLengthMax || !Zone.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
            throw new ArgumentException($"Zone '{Zone}' is not a host name of at most {ZoneLengthMax} characters.", nameof(Zone));
        return this;
    }
}
