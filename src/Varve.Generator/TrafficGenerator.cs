using Varve.Generator.Output;
using Varve.Generator.Simulation;
using Varve.Generator.Text;

namespace Varve.Generator;

/// <summary>Simulated traffic of a shop behind Cloudflare, as Logpush would deliver it, with known stories planted in it.</summary>
public sealed class TrafficGenerator
{
    const int FlushBytes = 256 * 1024;
    const int CancellationCheckRequests = 1024;
    const int CountAttemptsMax = 8;

    readonly TrafficOptions _options;
    readonly Lazy<IReadOnlyList<PlantedStory>> _stories;

    /// <summary>Throws <see cref="ArgumentException"/> when an option is out of its range.</summary>
    public TrafficGenerator(TrafficOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Checked();
        _stories = new(() => new Traffic(_options).Plan.Describe());
    }

    /// <summary>The ground truth: what was planted, and how to find it.</summary>
    public IReadOnlyList<PlantedStory> Stories => _stories.Value;

    /// <summary>
    /// Options under which firewall_events has exactly <paramref name="rows"/> lines: as many requests as cause about that
    /// many events, and a few requests taken from the skip rules. http_requests of these options fits the events. Simulates
    /// the traffic once or twice to count.
    /// </summary>
    public static TrafficOptions ForFirewallRows(TrafficOptions options, long rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        // With a handful of rows there may be no number of requests that fits; then another crowd is tried.
        for (var crowd = 0; ; crowd++)
        {
            if (TryFindRows(options with { Crowd = crowd }, rows, cancellationToken) is { } found)
                return found;
        }
    }

    /// <summary>
    /// Writes the dataset as NDJSON: one record a line, UTF-8, LF, in order of time. Returns the number of lines.
    /// </summary>
    public long Write(TrafficDataset dataset, Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        var traffic = new Traffic(_options);
        IRecordWriter writer = dataset switch
        {
            TrafficDataset.HttpRequests => new HttpRequestWriter(traffic.Site),
            TrafficDataset.FirewallEvents => new FirewallEventWriter(traffic.Site),
            _ => throw new ArgumentOutOfRangeException(nameof(dataset), dataset, "Not a dataset the generator writes."),
        };
        var buffer = new TextBuffer(FlushBytes + 16 * 1024);
        long lines = 0;
        for (var requests = 0L; traffic.MoveNext(); requests++)
        {
            if (requests % CancellationCheckRequests == 0)
                cancellationToken.ThrowIfCancellationRequested();
            lines += writer.Write(traffic.Current, buffer);
            if (buffer.Length >= FlushBytes)
            {
                output.Write(buffer.Written);
                buffer.Length = 0;
            }
        }

        output.Write(buffer.Written);
        return lines;
    }

    static TrafficOptions? TryFindRows(TrafficOptions options, long rows, CancellationToken cancellationToken)
    {
        // Between a quarter and a fifth of the requests match a rule; one in a hundred matches one that is not a skip rule.
        var requests = rows * 5;
        for (var attempt = 0; attempt < CountAttemptsMax; attempt++)
        {
            var candidate = (options with { Requests = requests, Skips = SkipThinning.None }).Checked();
            var (events, skips) = CountEvents(candidate, cancellationToken);
            var surplus = events - rows;
            if (surplus >= 0 && surplus <= skips)
                return candidate with { Skips = new SkipThinning(surplus, Math.Max(1, skips)) };
            requests = Math.Max(1, surplus > 0 ? requests - surplus : requests - surplus * 3);
        }

        return null;
    }

    static (long Events, long Skips) CountEvents(TrafficOptions options, CancellationToken cancellationToken)
    {
        var traffic = new Traffic(options);
        long events = 0;
        for (var requests = 0L; traffic.MoveNext(); requests++)
        {
            if (requests % CancellationCheckRequests == 0)
                cancellationToken.ThrowIfCancellationRequested();
            events += traffic.Current.Matches.Length;
        }

        return (events, traffic.SkipCount);
    }
}
