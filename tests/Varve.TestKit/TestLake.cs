using System.Text;
using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest;
using Varve.Query;
using Varve.Query.Planning;
using Varve.Storage;

namespace Varve.TestKit;

/// <summary>Tables in a temporary folder, a pipeline that fills them and an engine that answers from them.</summary>
public sealed class TestLake : IDisposable
{
    /// <summary>The account that is meant when none is named.</summary>
    public const string Account = "acme";

    /// <summary>The zone that is meant when none is named.</summary>
    public const string Zone = "example.com";

    readonly TemporaryFolder _folder = new();
    readonly IngestPipeline _pipeline;
    /// <summary>Limits of a small machine with no answer kept: each question is answered anew.</summary>
    public static readonly QueryLimits NoAnswersKept = new() { EngineMemoryBytes = 512 << 20, CachedAnswerBytesMax = 0 };

    readonly QueryLimits _limits;
    readonly TimeProvider _clock;

    /// <param name="limits">Bounds on a query; the engine's memory is small unless they say otherwise.</param>
    /// <param name="clock">The clock of all parts; the system's when null.</param>
    /// <param name="flushRows">Rows after which a file is written; one file for each day of a call when null.</param>
    /// <param name="storeName">Name of the store's folder.</param>
    /// <param name="indexesAll">Gives every file a side index, however small it is.</param>
    public TestLake(QueryLimits? limits = null, TimeProvider? clock = null, int? flushRows = null, string storeName = "store", bool indexesAll = false)
    {
        StoreFolder = Path.Combine(_folder.FullPath, storeName);
        clock ??= TimeProvider.System;
        Store = new LocalObjectStore(StoreFolder);
        (_limits, _clock) = (limits ?? NoAnswersKept, clock);
        var ingestLimits = new IngestLimits();
        ingestLimits = ingestLimits with
        {
            // How many files a batch makes must not depend on how many got to read it.
            OwnFileBytesMin = long.MaxValue,
            FlushRows = flushRows ?? ingestLimits.FlushRows,
            IndexedFileBytesMin = indexesAll ? 0 : ingestLimits.IndexedFileBytesMin,
        };
        _pipeline = new IngestPipeline(Store, DatasetCatalog.BuiltIn, ingestLimits, new DeltaOptions { Clock = clock });
        Datasets = new DatasetRegistry(Store, clock);
        Engine = NewEngine(Store);
    }

    /// <summary>The folder that holds everything: the store and the engine's temporary files.</summary>
    public string Folder => _folder.FullPath;

    /// <summary>The folder of the store.</summary>
    public string StoreFolder { get; }

    /// <summary>The store.</summary>
    public IObjectStore Store { get; }

    /// <summary>The datasets of each account.</summary>
    public DatasetRegistry Datasets { get; }

    /// <summary>The engine over the store.</summary>
    public QueryEngine Engine { get; }

    /// <summary>Stores lines as records, in one commit, and expects that none is rejected.</summary>
    public async Task IngestAsync(
        string dataset, IEnumerable<string> lines, CancellationToken cancellationToken, string zone = Zone, string account = Account)
    {
        var target = new IngestTarget(account, zone, await Datasets.GetAsync(account, dataset, cancellationToken), "test");
        using var body = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        var outcome = await _pipeline.IngestAsync(target, body, cancellationToken);
        if (outcome.Rejected > 0)
            throw new InvalidOperationException($"Line {outcome.Rejects[0].Line} was rejected: {outcome.Rejects[0].Reason}.");
    }

    /// <summary>The whole answer to a statement over the zone that is meant when none is named.</summary>
    public Task<TestAnswer> QueryAsync(string sql, CancellationToken cancellationToken) =>
        QueryAsync(new QueryRequest(sql, Account, Zone), cancellationToken);

    /// <summary>A further engine, which knows nothing yet.</summary>
    /// <param name="store">What it reads through, over the same folder.</param>
    /// <param name="limits">Its limits; those of the lake when null.</param>
    public QueryEngine NewEngine(IObjectStore store, QueryLimits? limits = null) => new(store, Datasets, limits ?? _limits, Path.Combine(_folder.FullPath, "temporary"), _clock);

    /// <summary>The whole answer to a request.</summary>
    public Task<TestAnswer> QueryAsync(QueryRequest request, CancellationToken cancellationToken) => QueryAsync(Engine, request, cancellationToken);

    /// <summary>The whole answer of an engine to a request.</summary>
    public static async Task<TestAnswer> QueryAsync(QueryEngine engine, QueryRequest request, CancellationToken cancellationToken)
    {
        await using var run = await engine.RunAsync(request, cancellationToken);
        var rows = new List<object?[]>();
        await foreach (var block in run.ReadAsync(cancellationToken))
            for (var row = 0; row < block.Count; row++)
                rows.Add([.. block.Columns.Select(column => column[row])]);
        return new TestAnswer(run.Plan, run.Columns, rows, run.IsTruncated);
    }

    /// <summary>Every file below the lake's folder, by path in ordinal order, with its size.</summary>
    public IReadOnlyList<string> Listing() => [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .Select(path => $"{path} {new FileInfo(path).Length}").Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void Dispose()
    {
        Engine.Dispose();
        _folder.Dispose();
    }
}

/// <summary>An answer that was read to its end.</summary>
/// <param name="Plan">What was read.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows, value by value.</param>
/// <param name="IsTruncated">True when there are more rows than the row limit.</param>
public sealed record TestAnswer(QueryPlan Plan, IReadOnlyList<ResultColumn> Columns, IReadOnlyList<object?[]> Rows, bool IsTruncated)
{
    /// <summary>The one value of an answer of one row and one column.</summary>
    public object? Value => Rows is [[var only]] ? only : throw new InvalidOperationException($"The answer has {Rows.Count} rows of {Columns.Count} columns.");

    /// <summary>The values of a column.</summary>
    public IReadOnlyList<object?> Column(int index) => [.. Rows.Select(row => row[index])];
}
