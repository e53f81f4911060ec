using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Varve.Generator.Tests;

/// <summary>A run of the generator with its records parsed; the runs many tests look at are made once.</summary>
internal sealed class Sample
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 18, 0, 0, TimeSpan.Zero);

    static readonly Lazy<Sample> LazyDay = new(() => new Sample(Options(60_000)));

    readonly Lazy<IReadOnlyList<JsonElement>> _events;

    public Sample(TrafficOptions options)
    {
        Generator = new TrafficGenerator(options);
        Requests = Parse(Write(options, TrafficDataset.HttpRequests));
        _events = new(() => Parse(Write(options, TrafficDataset.FirewallEvents)));
    }

    /// <summary>60,000 requests in 24 hours.</summary>
    public static Sample Day => LazyDay.Value;

    public TrafficGenerator Generator { get; }

    public IReadOnlyList<JsonElement> Requests { get; }

    public IReadOnlyList<JsonElement> Events => _events.Value;

    public static TrafficOptions Options(long requests, int seed = 1) => new() { Requests = requests, Seed = seed, Start = Start };

    public static byte[] Write(TrafficOptions options, TrafficDataset dataset)
    {
        using var output = new MemoryStream();
        new TrafficGenerator(options).Write(dataset, output, TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    public static string Hash(TrafficOptions options, TrafficDataset dataset) =>
        Convert.ToHexStringLower(SHA256.HashData(Write(options, dataset)));

    public static IReadOnlyList<JsonElement> Parse(byte[] ndjson)
    {
        Assert.EndsWith("\n", Encoding.ASCII.GetString(ndjson), StringComparison.Ordinal);
        var records = new List<JsonElement>();
        var rest = ndjson.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var reader = new Utf8JsonReader(rest[..end]);
            records.Add(JsonElement.ParseValue(ref reader));
            rest = rest[(end + 1)..];
        }

        return records;
    }
}
