using System.CommandLine;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varve.Datasets;
using Varve.Generator;
using Varve.Ingest;
using Varve.Query;
using Varve.Query.Planning;
using Varve.Server;

namespace Varve.Cli.Commands;

/// <summary><c>varve demo</c>: a server with a day of simulated traffic in it, and questions to ask it.</summary>
static class DemoCommand
{
    const string Account = "default";
    const string Zone = "demo";
    static readonly TimeSpan FreshFor = TimeSpan.FromHours(12);

    public static Command Create()
    {
        var data = CommonOptions.Data();
        data.DefaultValueFactory = _ => Path.Combine(".data", "demo");
        var urls = new Option<string>("--urls") { Description = "Address to listen on", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var rows = new Option<long>("--rows") { Description = "Requests to simulate", DefaultValueFactory = _ => 200_000 };
        var seed = new Option<int>("--seed") { Description = "Every choice follows from this number", DefaultValueFactory = _ => 1 };
        var command = new Command("demo", "Serve simulated traffic with planted attacks") { data, urls, rows, seed };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ServeOptions { DataFolder = parsed.GetValue(data)!, Urls = parsed.GetValue(urls)! }, parsed.GetValue(rows), parsed.GetValue(seed), cancellationToken));
        return command;
    }

    static async Task RunAsync(ServeOptions options, long rows, int seed, CancellationToken cancellationToken)
    {
        await using var app = VarveServer.Build(options);
        await ServeCommand.StartAsync(app, options);
        await FillAsync(app.Services, rows, seed, cancellationToken);
        PrintInvitation(app);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    static async Task FillAsync(IServiceProvider services, long rows, int seed, CancellationToken cancellationToken)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (await NewestAsync(services, cancellationToken) is { } newest && now - newest < FreshFor)
        {
            Console.WriteLine($"The traffic of an earlier start is used; its newest request is of {newest.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC.");
            return;
        }

        var generator = new TrafficGenerator(new TrafficOptions { Requests = rows, Seed = seed, Start = now.AddHours(-24), Duration = TimeSpan.FromHours(24) });
        var pipeline = services.GetRequiredService<IngestPipeline>();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Simulating {rows:N0} requests of the last 24 hours …"));
        await StoreAsync(generator, pipeline, TrafficDataset.HttpRequests, "http_requests", cancellationToken);
        await StoreAsync(generator, pipeline, TrafficDataset.FirewallEvents, "firewall_events", cancellationToken);
        foreach (var story in generator.Stories)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  planted: {story.Summary} ({story.Requests:N0} requests)"));
    }

    static async Task<DateTimeOffset?> NewestAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var dataset = DatasetCatalog.BuiltIn.Find("http_requests")!;
        var tables = await services.GetRequiredService<QueryEngine>().Tables.FindAsync(dataset, Account, Zone, cancellationToken);
        return tables.Count == 0 ? null : TableFigures.Of(tables, dataset).Newest;
    }

    static async Task StoreAsync(TrafficGenerator generator, IngestPipeline pipeline, TrafficDataset kind, string dataset, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 8 << 20, resumeWriterThreshold: 4 << 20));
        var writing = Task.Run(async () =>
        {
            await using var output = pipe.Writer.AsStream();
            generator.Write(kind, output, cancellationToken);
        }, cancellationToken);
        var target = new IngestTarget(Account, Zone, DatasetCatalog.BuiltIn.Find(dataset)!, "varve demo");
        var outcome = await pipeline.IngestAsync(target, pipe.Reader.AsStream(), cancellationToken);
        await writing;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {outcome.Accepted:N0} records in {dataset}"));
    }

    static void PrintInvitation(WebApplication app)
    {
        Console.WriteLine($"""

            Varve is ready: {app.Urls.First()}

            Three questions to ask, there or with ./varve query --server {app.Urls.First()} "…":

              1. Which client sends likely attacks that nothing mitigated?
                 SELECT ClientIP, count(*) AS requests FROM http_requests WHERE WAFAttackScore BETWEEN 1 AND 20 AND SecurityAction = '' GROUP BY ClientIP ORDER BY requests DESC LIMIT 10

              2. Did any data leave to it? (No row: none did.)
                 SELECT EdgeStartTimestamp, ClientRequestPath, OriginResponseBytes FROM http_requests WHERE ClientIP = '203.0.113.86' AND OriginResponseBytes > 0

              3. Which rule blocks people who are no bots at the checkout?
                 SELECT RuleID, Description, count(*) AS events, count(DISTINCT ClientIP) AS people FROM firewall_events WHERE Action = 'block' AND ClientRequestPath = '/checkout/address' GROUP BY RuleID, Description ORDER BY events DESC

            Ctrl+C stops it.
            """);
    }
}
