using System.Text;
using Apache.Arrow;
using CsCheck;
using Varve.Datasets;
using Varve.Delta.Files;
using Varve.Delta.Index;
using Varve.Ingest.Records;
using Varve.Ingest.Settings;
using Varve.TestKit;

namespace Varve.Ingest.Tests.Records;

/// <summary>What is in a file is in its index, whatever the buffers are like.</summary>
public sealed class IndexedFileTests
{
    static readonly Dataset Dataset = DatasetCatalog.BuiltIn.Find("http_requests")!;

    [Fact]
    public async Task Every_value_of_an_indexed_column_is_found_and_few_others() =>
        await LineGen.Of(Dataset).Array[1, 40].Array[1, 3].SampleAsync(
            async buffers => await CheckAsync([.. buffers.Select(lines => Fill(lines))], IngestSettings.Everything), iter: 60);

    [Theory]
    [InlineData(5_000, 5_000)]
    [InlineData(5_000, 10)]
    [InlineData(3, 5_000)]
    public async Task Columns_whose_texts_repeat_and_such_whose_do_not_may_meet_in_one_file(int distinctOfOne, int distinctOfOther) =>
        await CheckAsync([Fill(Numbered(5_000, distinctOfOne, "a")), Fill(Numbered(5_000, distinctOfOther, "b"))], IngestSettings.Everything);

    [Fact]
    public async Task The_values_of_all_row_groups_are_in_the_index() =>
        await CheckAsync([Fill(Numbered(ParquetFile.RowGroupRows + 3_000, 50, "r"))], IngestSettings.Everything);

    [Fact]
    public async Task Redacted_values_are_indexed_as_they_are_stored()
    {
        var settings = Settings("""{"redact":[{"field":"ClientIP","method":"mask"},{"field":"RayID","method":"hash"},{"field":"JA4","method":"drop"}]}""");

        await CheckAsync([Fill(Numbered(100, 100, "a"))], settings);

        var file = Write([Fill(Numbered(100, 100, "a"))], settings).Single();
        Assert.True(await MayMatchAsync(file, "ClientIP", "10.0.7.0"));
        foreach (var (column, value) in new[] { ("ClientIP", "10.0.7.9"), ("RayID", "a-7"), ("JA4", "a7") })
            Assert.False(await MayMatchAsync(file, column, value));
    }

    [Fact]
    public void The_settings_say_which_columns_are_indexed()
    {
        var buffer = Fill(Numbered(10, 10, "a"));

        Assert.All(Write([buffer], IngestSettings.Everything), file => Assert.NotNull(file.Index));
        Assert.All(Write([buffer], Settings("""{"index":[]}""")), file => Assert.Null(file.Index));
        Assert.All(
            Write([buffer], Settings("""{"index":["ClientCountry"]}""")),
            file => Assert.InRange(file.Index!.Length, 1, Write([buffer], IngestSettings.Everything).First().Index!.Length - 1));
    }

    [Fact]
    public void A_file_below_the_least_size_gets_no_index()
    {
        var buffer = Fill(Numbered(1, 1, "a"));
        var size = Write([buffer], IngestSettings.Everything).Single().Content.Length;

        Assert.NotNull(new DataFiles([buffer], IngestSettings.Everything, TimeProvider.System, size).Write().Single().Index);
        Assert.Null(new DataFiles([buffer], IngestSettings.Everything, TimeProvider.System, size + 1).Write().Single().Index);
    }

    static async Task CheckAsync(IReadOnlyList<RecordBuffer> buffers, IngestSettings settings)
    {
        if (TimeOrder.Of(buffers).Rows.Length == 0)
            return;
        foreach (var file in Write(buffers, settings))
        {
            var (store, reader) = await StoreAsync(file);
            var values = new Dictionary<string, HashSet<ulong>>();
            foreach (var batch in ParquetFile.Read(file.Content.ToArray()))
                using (batch)
                    foreach (var name in Dataset.IndexedFields.Where(name => batch.Schema.GetFieldIndex(name) >= 0))
                        foreach (var hash in HashesOf(batch.Column(name)))
                            (values.TryGetValue(name, out var known) ? known : values[name] = []).Add(hash);
            var (taken, asked) = (0, 0);
            foreach (var name in Dataset.IndexedFields)
            {
                foreach (var hash in values.GetValueOrDefault(name) ?? [])
                    Assert.True((await AskAsync(reader, file, new ValueProbe(name, [hash]))).MayMatch, name);
                for (var other = 0; other < 30; other++, asked++)
                    taken += (await AskAsync(reader, file, ValueProbe.ForTexts(name, [$"no such value {other}"]))).MayMatch ? 1 : 0;
            }

            Assert.InRange(taken, 0, asked / 10);
        }
    }

    static IEnumerable<ulong> HashesOf(IArrowArray column)
    {
        var texts = (StringArray)column;
        for (var row = 0; row < texts.Length; row++)
            if (texts.IsValid(row))
                yield return ValueHash.Of(texts.GetBytes(row));
    }

    static async Task<bool> MayMatchAsync(DataFile file, string column, string value) =>
        (await AskAsync((await StoreAsync(file)).Reader, file, ValueProbe.ForTexts(column, [value]))).MayMatch;

    static Task<FileIndexAnswer> AskAsync(FileIndexReader reader, DataFile file, ValueProbe probe) =>
        reader.AskAsync("t", file.Add.Path, file.Content.Length, [probe], TestContext.Current.CancellationToken);

    static async Task<(MemoryObjectStore Store, FileIndexReader Reader)> StoreAsync(DataFile file)
    {
        var store = new MemoryObjectStore();
        await store.PutAsync($"t/{FileIndexPath.Of(file.Add.Path)}", file.Index!, TestContext.Current.CancellationToken);
        return (store, new FileIndexReader(store, new FileIndexLimits(), TimeProvider.System));
    }

    static List<DataFile> Write(IReadOnlyList<RecordBuffer> buffers, IngestSettings settings) =>
        [.. new DataFiles(buffers, settings, TimeProvider.System).Write().Select(file => file with { Content = file.Content.ToArray() })];

    static IngestSettings Settings(string json) => IngestSettings.Bind(IngestSettingsDefinition.Parse(Encoding.UTF8.GetBytes(json)), Dataset, new byte[32]);

    static List<byte[]> Numbered(int count, int distinct, string prefix) => [.. Enumerable.Range(0, count).Select(number => Encoding.UTF8.GetBytes(
        $$"""{"RayID":"{{prefix}}-{{number}}","ClientIP":"10.0.{{number % distinct % 200}}.9","JA4":"{{prefix}}{{number % distinct}}","ClientCountry":"c{{number % 3}}","EdgeStartTimestamp":"2026-11-22T10:{{number / 60 % 60:00}}:{{number % 60:00}}Z"}"""))];

    static RecordBuffer Fill(IEnumerable<byte[]> lines)
    {
        var buffer = new RecordBuffer(Dataset);
        foreach (var line in lines)
        {
            byte[] padded = [.. line, (byte)'\n', .. new byte[JsonBytes.Padding]];
            buffer.Take(padded, 0, line.Length, new Arrival(ReferenceReader.Arrival, null, IngestSettings.Everything));
            buffer.Settle();
        }

        return buffer;
    }
}
