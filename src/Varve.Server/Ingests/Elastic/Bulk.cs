using Varve.Datasets;
using Varve.Ingest;
using Varve.Storage;

namespace Varve.Server;

/// <summary>A bulk that was read: its items in their order, and the documents of each dataset as lines.</summary>
sealed class Bulk : IDisposable
{
    readonly List<BulkItem> _items = [];
    readonly Dictionary<string, BulkPart?> _partOf = new(StringComparer.Ordinal);
    readonly List<BulkPart> _parts = [];

    /// <summary>What was asked, in its order.</summary>
    public IReadOnlyList<BulkItem> Items => _items;

    /// <summary>The documents by dataset.</summary>
    public IReadOnlyList<BulkPart> Parts => _parts;

    /// <summary>Reads a whole body.</summary>
    /// <exception cref="VarveException">An action is malformed, its document is missing, or there are too many.</exception>
    public static async Task<Bulk> ReadAsync(BulkLines lines, string? index, DatasetCatalog catalog, ProtocolLimits limits, CancellationToken cancellationToken)
    {
        var bulk = new Bulk();
        while (await lines.ReadAsync(cancellationToken))
        {
            if (lines.Line.Span.Trim(" \t\r"u8).IsEmpty)
                continue;
            if (bulk._items.Count == limits.BulkItemsMax)
                throw new VarveException(FaultKind.LimitExceeded, $"The bulk has more than {limits.BulkItemsMax} items. Nothing was stored; send smaller bulks.");
            var action = BulkAction.Parse(lines.Line.Span, lines.Number);
            if (action.HasDocument && !await lines.ReadAsync(cancellationToken))
                throw new VarveException(FaultKind.Invalid, $"The document of the action in line {lines.Number} is missing: the bulk was cut off. Nothing was stored.");
            bulk.Add(action, action.Index ?? index, lines.Line.Span, catalog);
        }

        return bulk;
    }

    public void Dispose() => _parts.ForEach(part => part.Dispose());

    void Add(BulkAction action, string? index, ReadOnlySpan<byte> document, DatasetCatalog catalog)
    {
        if (index is null)
            _items.Add(new BulkItem(action, "", null, 0, "no index is named: put it into the action or the address"));
        else if (!action.Stores)
            _items.Add(new BulkItem(action, index, null, 0, $"records are never changed: [{action.Name}] is not taken, only [index] and [create]"));
        else if (PartOf(index, catalog) is not { } part)
            _items.Add(new BulkItem(action, index, null, 0, null));
        else if (document.Trim(" \t\r"u8).IsEmpty)
            _items.Add(new BulkItem(action, index, null, 0, "the document is empty"));
        else
            _items.Add(new BulkItem(action, index, part, part.Add(document), null));
    }

    BulkPart? PartOf(string index, DatasetCatalog catalog)
    {
        if (_partOf.TryGetValue(index, out var part))
            return part;
        if (BulkIndex.Find(catalog, index) is { } dataset)
        {
            part = _parts.Find(each => each.Dataset == dataset);
            if (part is null)
                _parts.Add(part = new BulkPart(dataset));
        }

        return _partOf[index] = part;
    }
}

/// <summary>One action of a bulk and, when it is for a dataset, its line there.</summary>
/// <param name="Action">What was asked.</param>
/// <param name="Index">The index as the sender names it.</param>
/// <param name="Part">The documents of its dataset; null when there is none, or the action is refused.</param>
/// <param name="Line">The document's line among them, from 1.</param>
/// <param name="Refusal">Why the action is not taken, or null.</param>
readonly record struct BulkItem(BulkAction Action, string Index, BulkPart? Part, long Line, string? Refusal);

/// <summary>The documents of one dataset, and what became of them.</summary>
sealed class BulkPart(Dataset dataset) : IDisposable
{
    readonly MemoryStream _lines = new();
    Dictionary<long, string> _rejects = [];
    long _count;

    /// <summary>Where they go.</summary>
    public Dataset Dataset { get; } = dataset;

    /// <summary>Set when they were stored.</summary>
    public IngestOutcome? Outcome { get; private set; }

    /// <summary>Set when none was stored.</summary>
    public VarveException? Fault { get; private set; }

    /// <summary>Appends a document and gives the number of its line.</summary>
    public long Add(ReadOnlySpan<byte> document)
    {
        BulkDocument.Write(document, Dataset, _lines);
        return ++_count;
    }

    /// <summary>Why a line was rejected; null when it was not.</summary>
    public string? RejectOf(long line) => _rejects.GetValueOrDefault(line);

    /// <summary>Stores them; a fault is kept.</summary>
    public async Task StoreAsync(IngestPipeline pipeline, IngestTarget target, CancellationToken cancellationToken)
    {
        try
        {
            _lines.Position = 0;
            var request = new IngestRequest(target) { Format = Ingest.Formats.BodyFormat.Ndjson, RejectsShownMax = int.MaxValue };
            Outcome = await pipeline.IngestAsync(request, _lines, cancellationToken);
            _rejects = Outcome.Rejects.ToDictionary(reject => reject.Line, reject => reject.Reason);
        }
        catch (VarveException fault)
        {
            Fault = fault;
        }
    }

    public void Dispose() => _lines.Dispose();
}
