using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Varve.Cli.Ingesting;
using Varve.Cli.Terminal;
using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest;
using Varve.Ingest.PickUp;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary><c>varve ingest-job</c>: the objects of a bucket or folder into a table, each once.</summary>
static class IngestJobCommand
{
    public static Command Create()
    {
        var command = new Command("ingest-job", "Store the objects of a bucket or folder, each once, such as those that Logpush writes");
        var options = new Options();
        foreach (var option in options.All)
            command.Add(option);
        command.SetAction((parsed, cancellationToken) => RunAsync(options, parsed, cancellationToken));
        return command;
    }

    static async Task RunAsync(Options options, ParseResult parsed, CancellationToken cancellationToken)
    {
        var (asJson, isQuiet) = (parsed.GetValue(options.Json), parsed.GetValue(options.Quiet));
        var (status, retry) = (parsed.GetValue(options.Status), parsed.GetValue(options.RetryFailed));
        if (status && retry)
            throw new UsageException("Give --status or --retry-failed, not both.");
        var destination = CommonOptions.OpenStore(parsed, options.Data, options.Store);
        var what = await options.ReadAsync(parsed, destination, TimeProvider.System, cancellationToken);
        var source = SourceStore.Open(what.Source, Environment.GetEnvironmentVariable);
        CheckApart(source, destination);
        if (!status)
            await destination.CheckConditionalPutsAsync(cancellationToken);
        var pipeline = new IngestPipeline(destination, DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions());
        using var job = new PickUpJob(what, source, destination, pipeline, TimeProvider.System, new Random().NextDouble);
        if (status)
            PickUpText.Print(await job.StatusAsync(cancellationToken), TimeProvider.System.GetUtcNow(), asJson);
        else if (retry)
            PickUpText.PrintRetried(await job.RetryFailedAsync(cancellationToken), asJson);
        else
        {
            await WorkAsync(job, what, asJson, isQuiet, cancellationToken);
            await pipeline.GroupIndexesAsync();
        }
    }

    static async Task WorkAsync(PickUpJob job, PickUpOptions what, bool asJson, bool isQuiet, CancellationToken stop)
    {
        var meter = new PickUpMeter(job, TimeProvider.System);
        PickUpReport report;
        await using (var line = new ProgressLine(ProgressLine.ModeFor(asJson || isQuiet), meter.Text, TimeProvider.System))
        {
            meter.Say = line.Say;
            line.Say($"The job {what.Job} picks up from {what.Source}{(what.Watch ? ", until it is stopped" : "")}.");
            report = await job.RunAsync(stop);
            meter.TellProblem(report);
        }

        if (asJson || !isQuiet)
            PickUpText.Print(what.Job, report, meter.Elapsed, asJson);
        if (!what.Watch && !stop.IsCancellationRequested && report.Failed + report.Waiting > 0)
            throw new VarveException(
                FaultKind.Invalid,
                $"The job {what.Job} is not complete: {Amounts.Count(report.Failed, "object")} given up, {report.Waiting} waiting. The same command with --status shows them.");
    }

    /// <summary>A job that picked up what it writes would never end.</summary>
    static void CheckApart(IObjectStore source, IObjectStore destination)
    {
        var (from, to) = (source.Root.TrimEnd('/') + "/", destination.Root.TrimEnd('/') + "/");
        var isOneServer = SourceStore.Find("AWS_ENDPOINT_URL", Environment.GetEnvironmentVariable) == Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL");
        if (isOneServer && (from.StartsWith(to, StringComparison.Ordinal) || to.StartsWith(from, StringComparison.Ordinal)))
            throw new UsageException($"--from {source.Root} and the tables in {destination.Root} lie in one another: give one of them a folder of its own.");
    }

    /// <summary>The command's options.</summary>
    sealed class Options
    {
        readonly Option<string> _from = new("--from") { Description = "Where the objects are: file:///folder or s3://bucket/prefix", Required = true };
        readonly IngestOptions _records = new();
        readonly Option<string> _account = CommonOptions.Account();
        readonly Option<string> _zone = CommonOptions.Zone();
        readonly Option<string?> _name = new("--name") { Description = "Name of the job; its progress is kept under it (default: from --from and the target)" };
        readonly Option<bool> _once = new("--once") { Description = "End when all that is there is stored (the default)" };
        readonly Option<bool> _watch = new("--watch") { Description = "Go on and look for new objects until stopped" };
        readonly Option<string> _every = new("--every") { Description = "Pause between two looks with --watch", DefaultValueFactory = _ => "30s" };
        readonly Option<int> _workers = new("--workers") { Description = "Objects at the same time", DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, 64) };
        readonly Option<string?> _since = new("--since") { Description = "Leave objects alone that were written before: an instant (RFC 3339), or 2h, 7d" };
        readonly Option<string?> _settle = new("--settle") { Description = "Leave objects alone that were written within this time (default 30s for folders, 0 for buckets)" };

        public Option<string> Data { get; } = CommonOptions.Data();

        public Option<string?> Store { get; } = CommonOptions.Store();

        public Option<bool> Status { get; } = new("--status") { Description = "Show how far the job is, store nothing" };

        public Option<bool> RetryFailed { get; } = new("--retry-failed") { Description = "Have the next run try the objects again that were given up" };

        public Option<bool> Json { get; } = CommonOptions.Json();

        public Option<bool> Quiet { get; } = CommonOptions.Quiet();

        public IEnumerable<Option> All =>
        [
            _from, .. _records.All, _account, _zone, Data, Store, _name, _once, _watch, _every, _workers, _since, _settle, Status, RetryFailed, Json, Quiet,
        ];

        public async Task<PickUpOptions> ReadAsync(ParseResult parsed, IObjectStore destination, TimeProvider clock, CancellationToken cancellationToken)
        {
            if (parsed.GetValue(_once) && parsed.GetValue(_watch))
                throw new UsageException("Give --once or --watch, not both.");
            var url = SourceStore.Normalize(parsed.GetValue(_from)!);
            var isFolder = url.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
            var every = Durations.Parse("--every", parsed.GetValue(_every)!);
            var limits = new PickUpLimits();
            if (every == TimeSpan.Zero)
                throw new UsageException("--every 0 would look without a pause: give it 1s or more.");
            if (parsed.GetValue(_workers) is var workers && (workers < 1 || workers > limits.WorkersMax))
                throw new UsageException($"--workers {workers} cannot be had: ask for 1 to {limits.WorkersMax}.");
            var account = parsed.GetValue(_account)!;
            var dataset = await CommonOptions.FindDatasetAsync(destination, account, _records.DatasetName(parsed), cancellationToken);
            var target = new IngestTarget(account, parsed.GetValue(_zone)!, dataset, "");
            return new PickUpOptions(parsed.GetValue(_name) ?? NameFor(url, target), url, target)
            {
                Format = _records.Format(parsed),
                FieldNames = _records.Fields(parsed),
                SampleRate = _records.SampleRate(parsed),
                Workers = workers,
                IsFolder = isFolder,
                Settle = parsed.GetValue(_settle) is { } settle ? Durations.Parse("--settle", settle) : TimeSpan.FromSeconds(isFolder ? 30 : 0),
                Since = parsed.GetValue(_since) is { } since ? Durations.ParseInstant("--since", since, clock.GetUtcNow()) : null,
                Watch = parsed.GetValue(_watch),
                Every = every,
                Limits = limits,
            };
        }

        // The dataset tells people which it is, the rest tells it from others.
        static string NameFor(string url, IngestTarget target)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{url}\n{target.Account}\n{target.Zone}\n{target.Dataset.Name}"));
            var name = target.Dataset.Name;
            return string.Create(CultureInfo.InvariantCulture, $"{name[..Math.Min(name.Length, 50)]}-{Convert.ToHexStringLower(hash.AsSpan(0, 4))}");
        }
    }
}
