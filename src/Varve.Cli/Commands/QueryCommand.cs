using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Varve.Cli.Remote;
using Varve.Cli.Terminal;
using Varve.Datasets;
using Varve.Query;
using Varve.Query.Formats;
using Varve.Server;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary><c>varve query</c>: a statement's answer on standard output, what it covered on standard error.</summary>
static class QueryCommand
{
    public static Command Create()
    {
        var sql = new Argument<string?>("SQL") { Description = "The statement, such as \"SELECT count(*) FROM http_requests\"", Arity = ArgumentArity.ZeroOrOne };
        var account = CommonOptions.Account();
        var zone = new Option<string?>("--zone") { Description = "Zone (default: all zones of the account)" };
        var from = new Option<string?>("--from") { Description = "Leave out rows before this instant (RFC 3339)" };
        var to = new Option<string?>("--to") { Description = "Leave out rows from this instant on (RFC 3339)" };
        var parameters = new Option<string[]>("--param")
        {
            Description = "Value of a parameter: name=text for $name, 1=text for $1 or ?; name:=5 for a number, true, false or null",
        };
        var asOf = new Option<string?>("--as-of") { Description = "Read the tables as they were at a time (RFC 3339), or a version of the table" };
        var format = new Option<string?>("--format") { Description = "table, json, ndjson, csv, arrow or parquet (default: by the name of the file, else table)" };
        format.AcceptOnlyFromAmong([.. RowFormat.Names]);
        var file = new Option<string?>("--output") { Description = "Write the answer to this file; it is there when it is whole" };
        var explain = new Option<bool>("--explain") { Description = "Say what would be read, what each condition leaves out and why not more; the statement is not run" };
        var estimate = new Option<bool>("--estimate") { Description = "Say how much would be read, in one line; the statement is not run" };
        var rerun = new Option<string?>("--rerun") { Description = "Give the rows of an earlier answer again: its rerun id, in the place of a statement" };
        var rerunId = new Option<bool>("--rerun-id") { Description = "Print the rerun id of the answer on standard error" };
        var maxBytes = new Option<long?>("--max-bytes") { Description = "Refuse to run when more bytes are expected to be read" };
        var quiet = CommonOptions.Quiet();
        var data = CommonOptions.Data();
        var store = CommonOptions.Store();
        var server = CommonOptions.Server();
        var token = CommonOptions.Token();
        var command = new Command("query", "Answer SQL") { sql, account, zone, from, to, asOf, parameters, format, file, explain, estimate, rerun, rerunId, maxBytes, quiet, data, store, server, token };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (statement, again) = (parsed.GetValue(sql), parsed.GetValue(rerun));
            if (statement is null == again is null)
                throw new UsageException("Give a statement, or --rerun with the id of an answer.");
            if (again is not null && (parsed.GetValue(explain) || parsed.GetValue(estimate) || new Option[] { zone, from, to, asOf, parameters }.Any(option => parsed.GetResult(option) is { Implicit: false })))
                throw new UsageException("A rerun id stands for statement, scope, times, parameters and versions: leave the options for these out.");
            var request = new QueryRequest(statement ?? "", parsed.GetValue(account)!, parsed.GetValue(zone))
            {
                From = Instant(parsed.GetValue(from), "--from"),
                To = Instant(parsed.GetValue(to), "--to"),
                Parameters = Parameters(parsed.GetValue(parameters) ?? []),
                AsOf = parsed.GetValue(asOf) is { } state ? AsOf.Parse(state) : null,
            };
            if (again is not null && parsed.GetValue(server) is null)
                request = RerunId.Read(again);
            request = request with { IsExport = parsed.GetValue(file) is not null, BytesExpectedMax = parsed.GetValue(maxBytes) };
            var (isQuiet, saysId) = (parsed.GetValue(quiet), parsed.GetValue(rerunId));
            if (parsed.GetValue(explain))
                request = request with { Sql = $"EXPLAIN {request.Sql}" };
            using var output = AnswerOutput.Open(parsed.GetValue(file), parsed.GetValue(format));
            // Reasons are sentences: cut off they say nothing.
            if (output.Format is TableFormat table && request.Sql.TrimStart().StartsWith("EXPLAIN", StringComparison.OrdinalIgnoreCase))
                table.CellWidthMax = int.MaxValue;
            try
            {
                if (parsed.GetValue(estimate))
                    await EstimateAsync(request, parsed, data, store, server, token, cancellationToken);
                else if (parsed.GetValue(server) is { } address)
                    await RunRemotelyAsync(request, again, new QueryReport(output, isQuiet, saysId), address, parsed.GetValue(token), cancellationToken);
                else
                    await RunHereAsync(request, new QueryReport(output, isQuiet, saysId), CommonOptions.OpenStore(parsed, data, store), parsed.GetValue(data)!, cancellationToken);
                output.Keep();
            }
            catch (VarveException fault) when (fault.Detail?.Position is { } position)
            {
                throw new VarveException(fault.Kind, $"{fault.Message} (at byte {position}: {Excerpt(request.Sql, position)})", fault);
            }
        });
        return command;
    }

    static Task RunHereAsync(QueryRequest request, QueryReport report, IObjectStore store, string dataFolder, CancellationToken cancellationToken) =>
        WithEngineAsync(store, dataFolder, async engine =>
        {
            await using var run = await engine.BeginAsync(request, cancellationToken);
            await report.WhileAsync(
                () => run.Progress, () => run.ColumnsAsync(cancellationToken), () => report.Output.Format.WriteAsync(run, report.Output.Stream, cancellationToken));
            await report.EndAsync(run.Rows, run.IsTruncated, run.Plan.FilesRead, run.Plan.FilesTotal, run.Plan.Fetched, run.Elapsed.TotalMilliseconds, RerunId.Of(run));
        });

    static async Task EstimateAsync(
        QueryRequest request, ParseResult parsed, Option<string> data, Option<string?> store, Option<string?> server, Option<string?> token, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(server) is { } address)
        {
            using var client = new VarveClient(address, parsed.GetValue(token));
            var answer = await client.EstimateAsync(request, cancellationToken);
            await SayAsync(
                answer.GetProperty("filesRead").GetInt64(), answer.GetProperty("filesTotal").GetInt64(), answer.GetProperty("bytesExpected").GetInt64(),
                answer.GetProperty("requestsExpected").GetInt64(), answer.GetProperty("millisecondsExpected").GetDouble(), answer.GetProperty("isHeavy").GetBoolean());
            return;
        }

        await WithEngineAsync(CommonOptions.OpenStore(parsed, data, store), parsed.GetValue(data)!, async engine =>
        {
            var answer = await engine.EstimateAsync(request, cancellationToken);
            await SayAsync(answer.FilesRead, answer.FilesTotal, answer.BytesExpected, answer.RequestsExpected, answer.MillisecondsExpected, answer.IsHeavy);
        });

        static Task SayAsync(long filesRead, long filesTotal, long bytes, long requests, double milliseconds, bool isHeavy) =>
            Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{filesRead} of {filesTotal} files, about {Amounts.Bytes(bytes)}{(requests == 0 ? "" : $" in at most {requests} requests")}, about {milliseconds:0} ms{(isHeavy ? "; it runs apart from light queries" : "")}."));
    }

    static async Task WithEngineAsync(IObjectStore store, string dataFolder, Func<QueryEngine, Task> use)
    {
        var temporary = Path.Combine(Path.GetFullPath(dataFolder), "tmp", $"query-{Environment.ProcessId}");
        try
        {
            using var engine = new QueryEngine(
                store, new DatasetRegistry(store, TimeProvider.System), new QueryLimits(), temporary, TimeProvider.System, cacheFolder: ServeOptions.CacheFolderOf(dataFolder));
            await use(engine);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    static async Task RunRemotelyAsync(QueryRequest request, string? rerun, QueryReport report, string address, string? token, CancellationToken cancellationToken)
    {
        using var client = new VarveClient(address, token);
        var progress = new QueryProgress(QueryState.Waiting, null, 0);
        RemoteAnswer? answer = null;
        try
        {
            await report.WhileAsync(
                () => Volatile.Read(ref progress),
                async () => answer = await client.QueryAsync(request, rerun, known => Volatile.Write(ref progress, known), cancellationToken),
                () => report.Output.Format.WriteAsync(answer!.Columns, answer.ReadAsync(cancellationToken), report.Output.Stream, cancellationToken));
            await report.EndAsync(answer!.Rows, answer.IsTruncated, answer.FilesRead, answer.FilesTotal, answer.Fetched, answer.ElapsedMs, answer.Rerun);
        }
        finally
        {
            if (answer is not null)
                await answer.DisposeAsync();
        }
    }

    static DateTimeOffset? Instant(string? text, string option)
    {
        if (text is null)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new UsageException($"{option} '{text}' is no instant: write it like 2026-11-22T10:00:00Z.");
    }

    /// <summary>Texts as they are: they are compared as the column has it. What follows := is JSON.</summary>
    static Dictionary<string, object?> Parameters(IEnumerable<string> given)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in given)
        {
            var end = text.IndexOf('=', StringComparison.Ordinal);
            if (end < 1)
                throw new UsageException($"--param '{text}' has no name and value: write it like status=403, or status:=403 for a number.");
            var isJson = text[end - 1] == ':';
            var name = text[..(isJson ? end - 1 : end)].TrimStart('$');
            if (!values.TryAdd(name, isJson ? Json(name, text[(end + 1)..]) : text[(end + 1)..]))
                throw new UsageException($"--param gives two values for {name}.");
        }

        return values;
    }

    static object? Json(string name, string text)
    {
        try
        {
            using var document = JsonDocument.Parse($"[{text}]");
            return QueryParameters.Read(document.RootElement).Values.Single();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or VarveException)
        {
            throw new UsageException($"--param {name}:={text} is no number, true, false, null or text between quotes. For a text as it is write {name}={text}.");
        }
    }

    static string Excerpt(string sql, int position)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(sql);
        var start = Math.Clamp(position, 0, bytes.Length);
        return System.Text.Encoding.UTF8.GetString(bytes, start, Math.Min(30, bytes.Length - start));
    }
}
