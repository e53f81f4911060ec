using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Varve.Generator;

namespace Varve.Cli.Commands;

/// <summary><c>varve generate</c>: simulated traffic on standard output. Equal arguments give equal bytes.</summary>
static class GenerateCommand
{
    const string DefaultStart = "2026-11-01T00:00:00Z";

    public static Command Create()
    {
        var dataset = new Option<string>("--dataset") { Description = "http_requests or firewall_events", Required = true };
        dataset.AcceptOnlyFromAmong("http_requests", "firewall_events");
        var rows = new Option<long?>("--rows") { Description = "Records to write (default 200000)" };
        var requests = new Option<long?>("--requests")
        {
            Description = "Requests to simulate; firewall_events then has the events that these requests caused, however many they are",
        };
        var seed = new Option<int>("--seed") { Description = "Every choice follows from this number", DefaultValueFactory = _ => 1 };
        var start = new Option<string>("--start") { Description = "When the traffic begins (RFC 3339)", DefaultValueFactory = _ => DefaultStart };
        var hours = new Option<double>("--hours") { Description = "How long it lasts", DefaultValueFactory = _ => 24 };
        var truth = new Option<bool>("--truth") { Description = "Print what was planted in the traffic, as JSON, instead of records" };
        var command = new Command("generate", "Simulate traffic with known attacks in it") { dataset, rows, requests, seed, start, hours, truth };
        command.SetAction((parsed, cancellationToken) =>
        {
            var (kind, count, population) = (parsed.GetValue(dataset)!, parsed.GetValue(rows), parsed.GetValue(requests));
            if (count is not null && population is not null)
                throw new UsageException("Give --rows or --requests, not both.");
            try
            {
                var options = new TrafficOptions
                {
                    Requests = population ?? count ?? 200_000,
                    Seed = parsed.GetValue(seed),
                    Start = Instant(parsed.GetValue(start)!),
                    Duration = TimeSpan.FromHours(parsed.GetValue(hours)),
                };
                if (kind == "firewall_events" && population is null)
                    options = TrafficGenerator.ForFirewallRows(options, count ?? 10_000, cancellationToken);
                Write(new TrafficGenerator(options), kind, parsed.GetValue(truth), cancellationToken);
            }
            catch (ArgumentException fault)
            {
                var message = fault.Message.ReplaceLineEndings("\n").Split('\n')[0];
                throw new UsageException($"The traffic cannot be simulated: {message.Split(" (Parameter")[0]}");
            }

            return Task.CompletedTask;
        });
        return command;
    }

    static void Write(TrafficGenerator generator, string kind, bool onlyTruth, CancellationToken cancellationToken)
    {
        if (onlyTruth)
        {
            Console.WriteLine(JsonSerializer.Serialize(generator.Stories, CliJson.Indented));
            return;
        }

        using var output = Console.OpenStandardOutput();
        generator.Write(kind == "firewall_events" ? TrafficDataset.FirewallEvents : TrafficDataset.HttpRequests, output, cancellationToken);
    }

    static DateTimeOffset Instant(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new UsageException($"--start '{text}' is no instant: write it like {DefaultStart}.");
}
