using System.Buffers;
using System.Text;

namespace Varve.Query.Formats;

/// <summary>A way to write an answer as it comes: start, blocks, end.</summary>
public abstract class RowFormat
{
    readonly List<IDisposable> _held = [];

    /// <summary>The names that <see cref="Named"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["table", "json", "ndjson", "csv", "arrow", "parquet"];

    /// <summary>What it is called on the wire.</summary>
    public abstract string MediaType { get; }

    /// <summary>Name of a column in the output; by default as it is.</summary>
    public Func<string, string> NameOf { get; init; } = static name => name;

    /// <summary>The format of this name, or null.</summary>
    public static RowFormat? Named(string name) => name switch
    {
        "table" => new TableFormat(),
        "json" => new JsonArrayFormat(),
        "ndjson" => new NdjsonFormat(),
        "csv" => new CsvFormat(),
        "arrow" => new ArrowFormat(),
        "parquet" => new ParquetFormat(),
        _ => null,
    };

    /// <summary>Writes the whole answer of a run.</summary>
    public Task WriteAsync(QueryRun run, Stream output, CancellationToken cancellationToken) =>
        WriteAsync(run.Columns, run.ReadAsync(cancellationToken), output, cancellationToken);

    /// <summary>Writes an answer from wherever it comes.</summary>
    public async Task WriteAsync(
        IReadOnlyList<ResultColumn> columns, IAsyncEnumerable<RowBlock> blocks, Stream output, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(64 << 10);
        try
        {
            Begin(columns, buffer);
            await foreach (var block in blocks.WithCancellation(cancellationToken))
            {
                Write(columns, block, buffer);
                await FlushAsync();
            }

            Finish(columns, buffer);
            await FlushAsync();
        }
        finally
        {
            _held.ForEach(resource => resource.Dispose());
            _held.Clear();
        }

        async Task FlushAsync()
        {
            await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>What comes before the first row.</summary>
    protected virtual void Begin(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output) { }

    /// <summary>Some rows.</summary>
    protected abstract void Write(IReadOnlyList<ResultColumn> columns, RowBlock block, IBufferWriter<byte> output);

    /// <summary>What comes after the last row.</summary>
    protected virtual void Finish(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output) { }

    /// <summary>Has a thing disposed of when the answer is written or broke off; what was held last goes first.</summary>
    private protected T Hold<T>(T resource)
        where T : IDisposable
    {
        _held.Insert(0, resource);
        return resource;
    }

    private protected static void WriteText(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}
