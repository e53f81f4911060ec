using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Varve.Datasets;
using Varve.Delta;
using Varve.Query;
using Varve.Query.Formats;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Ingest.Tests;

/// <summary>A folder store with a pipeline that writes to it and an engine that reads it back.</summary>
sealed class IngestHarness : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public IngestHarness(IngestLimits? limits = null)
    {
        Store = new LocalObjectStore(Path.Combine(_folder.FullPath, "store"));
        Pipeline = new IngestPipeline(Store, DatasetCatalog.BuiltIn, limits ?? new IngestLimits(), new DeltaOptions { Clock = Clock });
        Engine = new QueryEngine(Store, new DatasetRegistry(Store, TimeProvider.System), new QueryLimits(), Path.Combine(_folder.FullPath, "tmp"), TimeProvider.System);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public LocalObjectStore Store { get; }

    public string Folder => _folder.FullPath;

    public IngestPipeline Pipeline { get; }

    public QueryEngine Engine { get; }

    public static IngestTarget Target(string dataset = "http_requests", string account = "acme", string zone = "shop") =>
        new(account, zone, DatasetCatalog.BuiltIn.Find(dataset)!, "test");

    public Task<IngestOutcome> IngestAsync(string ndjson, string dataset = "http_requests") => IngestAsync(Encoding.UTF8.GetBytes(ndjson), dataset);

    public Task<IngestOutcome> IngestAsync(byte[] content, string dataset = "http_requests") =>
        Pipeline.IngestAsync(Target(dataset), new MemoryStream(content), TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string sql)
    {
        await using var run = await Engine.RunAsync(new QueryRequest(sql, "acme", "shop"), TestContext.Current.CancellationToken);
        using var output = new MemoryStream();
        await new NdjsonFormat().WriteAsync(run, output, TestContext.Current.CancellationToken);
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    public static byte[] Gzip(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }

    public void Dispose()
    {
        Engine.Dispose();
        _folder.Dispose();
    }
}
