using System.Text;
using Apache.Arrow;
using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Index;
using Varve.TestKit;

namespace Varve.Delta.Tests.Index;

/// <summary>Index files in a store that counts calls, and a reader over it.</summary>
sealed class IndexFiles
{
    public const string DataFile = "date=2026-04-01/part-1.parquet";

    readonly MemoryObjectStore _store = new();

    public IndexFiles(FileIndexLimits? limits = null)
    {
        Watched = new FaultyObjectStore(_store, call => IsDown ? StoreFault.FailBefore : StoreFault.None);
        Reader = new FileIndexReader(Watched, limits ?? new FileIndexLimits(), Clock);
    }

    public FakeTimeProvider Clock { get; } = new();

    public FaultyObjectStore Watched { get; }

    public FileIndexReader Reader { get; }

    public bool IsDown { get; set; }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static byte[] Build(params ReadOnlySpan<(string Column, IEnumerable<string?> Values)> columns) => Build(limits: null, DataFile, 1000, columns);

    public static byte[] Build(FileIndexLimits? limits, string dataFile, long bytes, params ReadOnlySpan<(string Column, IEnumerable<string?> Values)> columns)
    {
        using var builder = new FileIndexBuilder(limits);
        foreach (var (column, values) in columns)
        {
            builder.AddColumn(column);
            builder.Add(column, Texts(values));
        }

        return builder.Build(dataFile, bytes);
    }

    public static StringArray Texts(IEnumerable<string?> values)
    {
        var texts = new StringArray.Builder();
        foreach (var value in values)
            if (value is null)
                texts.AppendNull();
            else
                texts.Append(value, Encoding.UTF8);
        return texts.Build();
    }

    public Task PutAsync(byte[] content, string dataFile = DataFile) => _store.PutAsync($"t/{FileIndexPath.Of(dataFile)}", content, Token);

    public Task<FileIndexAnswer> AskAsync(string column, params string[] values) => AskAsync([ValueProbe.ForTexts(column, values)]);

    public Task<FileIndexAnswer> AskAsync(IReadOnlyList<ValueProbe> probes, string dataFile = DataFile, long bytes = 1000) =>
        Reader.AskAsync("t", dataFile, bytes, probes, Token);
}
