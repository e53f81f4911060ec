using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Cli.Remote;
using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary><c>varve ingest</c>: files of NDJSON into a table, here or through a server.</summary>
static class IngestCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "NDJSON files, plain or gzip; - is standard input", Arity = ArgumentArity.OneOrMore };
        var dataset = CommonOptions.Dataset();
        var account = CommonOptions.Account();
        var zone = CommonOptions.Zone();
        var data = CommonOptions.Data();
        var store = CommonOptions.Store();
        var server = CommonOptions.Server();
        var token = CommonOptions.Token();
        var json = CommonOptions.Json();
        var command = new Command("ingest", "Store records") { files, dataset, account, zone, data, store, server, token, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var known = await FindDatasetAsync(parsed.GetValue(dataset)!);
            var target = new IngestTarget(parsed.GetValue(account)!, parsed.GetValue(zone)!, known, "");
            if (target.Dataset.Name == DatasetCatalog.RejectsName)
                throw new UsageException("The rejects are written by ingest itself: name another dataset.");
            var outcome = parsed.GetValue(server) is { } address
                ? await IngestRemotelyAsync(parsed.GetValue(files)!, target, address, parsed.GetValue(token), cancellationToken)
                : await IngestHereAsync(parsed.GetValue(files)!, target, CommonOptions.OpenStore(parsed, data, store), cancellationToken);
            Print(outcome, target, parsed.GetValue(json));

            async Task<Dataset> FindDatasetAsync(string name)
            {
                if (parsed.GetValue(server) is not { } at)
                    return await CommonOptions.FindDatasetAsync(CommonOptions.OpenStore(parsed, data, store), parsed.GetValue(account)!, name, cancellationToken);
                using var client = new VarveClient(at, parsed.GetValue(token));
                return await client.FindDatasetAsync(parsed.GetValue(account)!, name, cancellationToken);
            }
        });
        return command;
    }

    static async Task<IngestOutcome> IngestHereAsync(string[] files, IngestTarget target, IObjectStore store, CancellationToken cancellationToken)
    {
        await store.CheckConditionalPutsAsync(cancellationToken);
        var pipeline = new IngestPipeline(store, DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions(), NullLogger<IngestPipeline>.Instance);
        return await EachAsync(files, (file, content) => pipeline.IngestAsync(target with { Source = file }, content, cancellationToken));
    }

    static async Task<IngestOutcome> IngestRemotelyAsync(string[] files, IngestTarget target, string address, string? token, CancellationToken cancellationToken)
    {
        using var client = new VarveClient(address, token);
        return await EachAsync(files, (_, content) => client.IngestAsync(target, content, cancellationToken));
    }

    /// <summary>Takes one file after the other: each is stored whole, or not at all.</summary>
    static async Task<IngestOutcome> EachAsync(string[] files, Func<string, Stream, Task<IngestOutcome>> ingest)
    {
        foreach (var file in files.Where(file => file != "-" && !File.Exists(file)))
            throw new VarveException(FaultKind.NotFound, $"There is no file '{file}'. Nothing was stored.");
        var total = new IngestOutcome(0, 0, null, 0, []);
        foreach (var file in files)
        {
            await using var content = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            IngestOutcome outcome;
            try
            {
                outcome = await ingest(file, content);
            }
            catch (VarveException fault) when (files.Length > 1)
            {
                throw new VarveException(fault.Kind, $"{file}: {fault.Message} The files before it are stored ({total.Accepted} records).", fault);
            }

            total = new IngestOutcome(
                total.Accepted + outcome.Accepted, total.Rejected + outcome.Rejected, outcome.Version ?? total.Version, total.Bytes + outcome.Bytes,
                [.. total.Rejects, .. outcome.Rejects]);
        }

        return total;
    }

    static void Print(IngestOutcome outcome, IngestTarget target, bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { dataset = target.Dataset.Name, accepted = outcome.Accepted, rejected = outcome.Rejected, version = outcome.Version, rejects = outcome.Rejects.Select(reject => new { line = reject.Line, reason = reject.Reason }) },
                CliJson.Line));
            return;
        }

        Console.WriteLine(outcome.Version is { } version
            ? $"{outcome.Accepted} records stored in {target.Dataset.Name} version {version}, {outcome.Rejected} lines rejected."
            : $"No record stored, {outcome.Rejected} lines rejected.");
        foreach (var reject in outcome.Rejects)
            Console.WriteLine($"  line {reject.Line}: {reject.Reason}");
        if (outcome.Rejected > 0)
            Console.WriteLine("Rejected lines are kept: SELECT * FROM _rejects");
    }
}
