using System.CommandLine;
using Varve.Cli.Ingesting;
using Varve.Cli.Remote;
using Varve.Cli.Terminal;
using Varve.Datasets;
using Varve.Ingest;

namespace Varve.Cli.Commands;

/// <summary><c>varve ingest</c>: files into a table, here or through a server.</summary>
static class IngestCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files, plain or gzip; folders; patterns such as 'logs/**/*.gz'; - is standard input",
            Arity = ArgumentArity.OneOrMore,
        };
        var options = new IngestOptions();
        var account = CommonOptions.Account();
        var zone = CommonOptions.Zone();
        var key = new Option<string?>("--idempotency-key") { Description = "What tells this batch from others: one of the same key is stored once (default: its bytes)" };
        var again = new Option<bool>("--again") { Description = "Store also what was stored within the last day" };
        var retryFor = new Option<string>("--retry-for") { Description = "How long a server that is busy or away is asked again", DefaultValueFactory = _ => "5m" };
        var data = CommonOptions.Data();
        var store = CommonOptions.Store();
        var server = CommonOptions.Server();
        var token = CommonOptions.Token();
        var json = CommonOptions.Json();
        var quiet = CommonOptions.Quiet();
        var command = new Command("ingest", "Store records") { files };
        foreach (var option in options.All.Concat([account, zone, key, again, retryFor, data, store, server, token, json, quiet]))
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var known = await FindDatasetAsync(options.DatasetName(parsed));
            var request = new IngestRequest(new IngestTarget(parsed.GetValue(account)!, parsed.GetValue(zone)!, known, ""))
            {
                Format = options.Format(parsed),
                FieldNames = options.Fields(parsed),
                SampleRate = options.SampleRate(parsed),
                BatchKey = KeyOf(parsed.GetValue(key), parsed.GetValue(again)),
            };
            var limit = Durations.Parse("--retry-for", parsed.GetValue(retryFor)!);
            var (asJson, isQuiet) = (parsed.GetValue(json), parsed.GetValue(quiet));
            var run = new IngestRun(request, InputFiles.Find(parsed.GetValue(files)!), ProgressLine.ModeFor(asJson || isQuiet), TimeProvider.System);
            var report = parsed.GetValue(server) is { } address
                ? await run.RemotelyAsync(() => new VarveClient(address, parsed.GetValue(token)), limit, cancellationToken)
                : await run.HereAsync(CommonOptions.OpenStore(parsed, data, store), cancellationToken);
            report.Print(asJson, isQuiet);

            async Task<Dataset> FindDatasetAsync(string name)
            {
                if (parsed.GetValue(server) is not { } at)
                    return await CommonOptions.FindDatasetAsync(CommonOptions.OpenStore(parsed, data, store), parsed.GetValue(account)!, name, cancellationToken);
                // A token that may only ingest may not ask for datasets: those that all know need no asking.
                if (DatasetCatalog.BuiltIn.Find(name) is { } builtIn)
                    return builtIn;
                using var client = new VarveClient(at, parsed.GetValue(token));
                return await client.FindDatasetAsync(parsed.GetValue(account)!, name, cancellationToken);
            }
        });
        return command;
    }

    static string? KeyOf(string? key, bool again)
    {
        if (key is not null && again)
            throw new UsageException("Give --idempotency-key or --again, not both: one stores a batch once, the other once more.");
        if (key is { Length: 0 })
            throw new UsageException("--idempotency-key is empty.");
        return again ? $"again-{Guid.NewGuid():N}" : key;
    }
}
