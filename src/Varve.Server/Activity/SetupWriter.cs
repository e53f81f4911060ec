using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Varve.Datasets;

namespace Varve.Server.Activity;

/// <summary>Writes the ready texts for one table.</summary>
sealed class SetupWriter(Dataset dataset, TableName table, Uri host, SetupToken token)
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly string _base = host.GetLeftPart(UriPartial.Authority);
    readonly string _scope = $"{table.Account}/{table.Zone ?? "-"}";

    /// <summary>The address of the store, for programs that write to it beside the server.</summary>
    public required string StoreUrl { get; init; }

    /// <summary>True when the server answers to Elasticsearch's bulk calls.</summary>
    public bool SpeaksElasticsearch { get; init; }

    /// <summary>True when the server takes OTLP logs.</summary>
    public bool SpeaksOtlp { get; init; }

    string IngestUrl => $"{_base}/api/ingest/{_scope}/{table.Dataset}";

    // Logpush sends by HTTPS only, and turns header_* parameters into headers.
    string DestinationConf =>
        $"https://{host.Authority}/api/ingest/{_scope}/{table.Dataset}{(token.Text is null ? "" : $"?header_Authorization={Uri.EscapeDataString($"Bearer {token.Text}")}")}";

    string CurlHeader => token.Text is null ? "" : $"  -H {SetupQuotes.Shell($"Authorization: Bearer {token.Text}")} \\\n";

    /// <summary>All of them.</summary>
    public IngestSetup Write()
    {
        var isLogpush = DatasetCatalog.BuiltIn.Find(dataset.Name) is not null;
        var ways = new List<SetupWay>();
        if (isLogpush)
            ways.Add(Logpush());
        ways.Add(Http());
        ways.Add(CommandLine());
        ways.Add(Bucket(isLogpush));
        if (SpeaksElasticsearch)
            ways.Add(Elasticsearch());
        if (SpeaksOtlp)
            ways.Add(Otlp());
        return new IngestSetup(
            table.Account, table.Zone, table.Dataset, _base, token.Text, token.IsReal, token.Hint, isLogpush ? DestinationConf : null, ways);
    }

    SetupWay Logpush()
    {
        var scope = table.Zone is null ? "accounts/$ACCOUNT_ID" : "zones/$ZONE_ID";
        // Deprecated ones too: Cloudflare still sends them, and some, such as OriginResponseBytes, have no successor that says the same.
        var fields = dataset.Fields.Select(field => field.Name).ToList();
        var job = new JsonObject
        {
            ["name"] = "varve",
            ["dataset"] = dataset.Name,
            ["enabled"] = true,
            ["destination_conf"] = DestinationConf,
            ["output_options"] = new JsonObject
            {
                ["output_type"] = "ndjson",
                ["timestamp_format"] = "unixnano",
                ["field_names"] = new JsonArray([.. fields.Select(name => (JsonNode)name)]),
            },
        }.ToJsonString(Indented);
        var curl = $"""
            curl https://api.cloudflare.com/client/v4/{scope}/logpush/jobs \
              -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" \
              -H 'Content-Type: application/json' --data-binary @- <<'JOB'
            {job}
            JOB
            """;
        var terraform = $$"""
            resource "cloudflare_logpush_job" "varve" {
              {{(table.Zone is null ? "account_id       = var.account_id" : "zone_id          = var.zone_id")}}
              name             = "varve"
              dataset          = {{SetupQuotes.Terraform(dataset.Name)}}
              enabled          = true
              destination_conf = {{SetupQuotes.Terraform(DestinationConf)}}
              output_options = {
                output_type      = "ndjson"
                timestamp_format = "unixnano"
                field_names      = [{{string.Join(", ", fields.Select(SetupQuotes.Terraform))}}]
              }
            }
            """;
        return new SetupWay("logpush", "Logpush over HTTP", "Cloudflare sends batches here every half minute. It tries the way with a test upload when the job is made.",
        [
            new("destination_conf", "destination_conf", "text", DestinationConf),
            new("curl", "Make the job with curl", "shell", curl),
            new("job", "Job as JSON", "json", job),
            new("terraform", "Terraform", "hcl", terraform),
        ]);
    }

    SetupWay Http()
    {
        string Curl(string type, string data, string encoding = "") =>
            $"curl {SetupQuotes.Shell(IngestUrl)} \\\n{CurlHeader}  -H 'Content-Type: {type}' \\\n{encoding}  --data-binary {data}";
        var header = token.Text is null ? "" : $"\n\n[sinks.varve.request.headers]\nAuthorization = {SetupQuotes.Double($"Bearer {token.Text}")}";
        var vector = $"""
            [sinks.varve]
            type = "http"
            inputs = ["my_source"]
            uri = {SetupQuotes.Double(IngestUrl)}
            compression = "gzip"
            encoding.codec = "json"
            framing.method = "newline_delimited"
            batch.max_bytes = 10000000
            acknowledgements.enabled = true{header}
            """;
        var fluentBit = $"""
            [OUTPUT]
                Name        http
                Match       *
                Host        {host.Host}
                Port        {host.Port}
                URI         /api/ingest/{_scope}/{table.Dataset}
                Format      json_lines
                Json_date_key false
                Compress    gzip
                Tls         {(host.Scheme == "https" ? "On" : "Off")}{(token.Text is null ? "" : $"\n    Header      Authorization Bearer {token.Text}")}
            """;
        return new SetupWay("http", "HTTP", "Anything that can post lines: one JSON object a line, a JSON array, or CSV with a header line; plain or gzip.",
        [
            new("ndjson", "NDJSON", "shell", Curl("application/x-ndjson", "@logs.ndjson")),
            new("gzip", "NDJSON, gzip", "shell", Curl("application/x-ndjson", "@logs.ndjson.gz", "  -H 'Content-Encoding: gzip' \\\n")),
            new("csv", "CSV", "shell", Curl("text/csv", "@logs.csv")),
            new("vector", "Vector", "toml", vector),
            new("fluent-bit", "Fluent Bit", "ini", fluentBit),
        ]);
    }

    SetupWay CommandLine()
    {
        var zone = table.Zone is null ? "" : $" --zone {table.Zone}";
        var secret = token.Text is null ? "" : $" --token {SetupQuotes.Shell(token.Text)}";
        return new SetupWay("cli", "Command line", "Files and pipes, plain or gzip, from any machine that has the program.",
        [
            new("files", "Files", "shell", $"varve ingest logs/*.ndjson.gz --dataset {table.Dataset} --account {table.Account}{zone} \\\n  --server {SetupQuotes.Shell(_base)}{secret}"),
            new("pipe", "A pipe", "shell", $"tail -n +1 logs.ndjson | varve ingest - --dataset {table.Dataset} --account {table.Account}{zone} \\\n  --server {SetupQuotes.Shell(_base)}{secret}"),
        ]);
    }

    SetupWay Bucket(bool isLogpush)
    {
        var zone = table.Zone is null ? "" : $" --zone {table.Zone}";
        var job = $"varve ingest-job --from s3://BUCKET/logpush/{table.Dataset} \\\n  --dataset {table.Dataset} --account {table.Account}{zone} \\\n  --store {SetupQuotes.Shell(StoreUrl)}";
        var snippets = new List<SetupSnippet>
        {
            new("watch", "Pick up, and go on", "shell", $"{job} --watch"),
            new("once", "Pick up once", "shell", job),
            new("status", "How far it is", "shell", $"{job} --status"),
        };
        if (isLogpush)
            snippets.Add(new("destination_conf", "Logpush into the bucket", "text", $"s3://BUCKET/logpush/{table.Dataset}/{{DATE}}?region=REGION"));
        return new SetupWay("bucket", "Bucket or folder",
            "Logpush, or anything else, writes objects; a job beside the server stores each of them once. Its figures are its own: ask it for its status.", snippets);
    }

    SetupWay Elasticsearch()
    {
        var url = $"{_base}/es/{_scope}";
        var header = token.Text is null ? "" : $"\n\n[sinks.varve.request.headers]\nAuthorization = {SetupQuotes.Double($"Bearer {token.Text}")}";
        var vector = $"""
            [sinks.varve]
            type = "elasticsearch"
            inputs = ["my_source"]
            endpoints = [{SetupQuotes.Double(url)}]
            api_version = "v8"
            compression = "gzip"
            bulk.action = "create"
            bulk.index = {SetupQuotes.Double(table.Dataset)}{header}
            """;
        var bulk = $"printf '%s\\n' '{{\"create\":{{\"_index\":\"{table.Dataset}\"}}}}' \"$RECORD\" | curl {SetupQuotes.Shell($"{url}/_bulk")} \\\n{CurlHeader}"
            + "  -H 'Content-Type: application/x-ndjson' \\\n  --data-binary @-";
        return new SetupWay("elasticsearch", "Elasticsearch bulk", "For agents that write to Elasticsearch: the index is the dataset.",
        [
            new("url", "Address", "text", url),
            new("vector", "Vector", "toml", vector),
            new("curl", "One record with curl", "shell", bulk),
        ]);
    }

    SetupWay Otlp()
    {
        var url = $"{_base}/otlp/{_scope}/{table.Dataset}";
        var header = token.Text is null ? "" : $"\n    headers:\n      Authorization: {SetupQuotes.Double($"Bearer {token.Text}")}";
        var collector = $$"""
            exporters:
              otlphttp/varve:
                endpoint: {{SetupQuotes.Double(url)}}
                compression: gzip{{header}}

            service:
              pipelines:
                logs:
                  receivers: [otlp]
                  processors: [batch]
                  exporters: [otlphttp/varve]
            """;
        var fluentBit = $"""
            [OUTPUT]
                Name        opentelemetry
                Match       *
                Host        {host.Host}
                Port        {host.Port}
                Logs_uri    /otlp/{_scope}/{table.Dataset}/v1/logs
                Compress    gzip
                Tls         {(host.Scheme == "https" ? "On" : "Off")}{(token.Text is null ? "" : $"\n    Header      Authorization Bearer {token.Text}")}
            """;
        return new SetupWay("otlp", "OpenTelemetry", "Log records by OTLP over HTTP, from SDKs and collectors.",
        [
            new("url", "Endpoint", "text", url),
            new("collector", "OpenTelemetry Collector", "yaml", collector),
            new("fluent-bit", "Fluent Bit", "ini", fluentBit),
        ]);
    }
}
