using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Index;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Index;

/// <summary>Index files of many data files in one, and what it says of each.</summary>
public sealed class IndexPackTests
{
    static readonly FileIndexLimits Limits = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_pack_says_of_each_file_what_its_own_index_says() => Gen.Select(
        Gen.Int[1, 400].Array[1, 12], Gen.Bool.Array[12], Gen.Int[0, 100_000]).Sample(
        (values, hasSecond, seed) =>
        {
            var random = new Random(seed);
            var indexed = values.Select((count, file) =>
            {
                var texts = Enumerable.Range(0, count * random.Next(1, 20)).Select(value => (string?)$"{file % 3}-{value}").ToList();
                return (Name(file), 1000L + file, hasSecond[file]
                    ? IndexFiles.Build(null, Name(file), 1000 + file, ("a", texts), ("b", file == 2 ? [] : [$"only-{file}"]))
                    : IndexFiles.Build(null, Name(file), 1000 + file, ("a", texts)));
            }).ToList();

            var (content, files) = IndexPack.Build(indexed, Limits);
            var pack = IndexPack.Read(content.AsSpan(0, IndexPack.HeaderLength(content, Limits)!.Value), Limits)!;

            Assert.Equal(indexed.Count, files);
            Assert.Equal(content.Length, pack.SizeBytes);
            Assert.Equal(indexed.Select(each => (each.Item1, each.Item2)), pack.Files.Select(file => (file.Path, file.SizeBytes)));
            foreach (var column in new[] { "a", "b" })
                foreach (var text in Enumerable.Range(0, 60).Select(_ => $"{random.Next(4)}-{random.Next(9000)}").Append("only-1").Append("only-5"))
                    Assert.Equal(indexed.Select(each => OwnAnswer(each.Item1, each.Item2, each.Item3, column, text)), PackAnswer(pack, content, column, text));
        }, iter: 60);

    [Fact]
    public void Every_value_of_a_large_filter_is_found()
    {
        var values = Enumerable.Range(0, 60_000).Select(value => (string?)$"v{value}").ToList();
        var indexed = Enumerable.Range(0, 3).Select(file => (Name(file), 1000L, IndexFiles.Build(null, Name(file), 1000, ("a", values.Skip(file * 20_000))))).ToList();

        var (content, _) = IndexPack.Build(indexed, Limits);
        var pack = IndexPack.Read(content.AsSpan(0, IndexPack.HeaderLength(content, Limits)!.Value), Limits)!;

        Assert.InRange(pack.Find("a")!.Slices, 2, 10);
        for (var value = 0; value < values.Count; value += 7)
            for (var file = 0; file <= value / 20_000; file++)
                Assert.True(PackAnswer(pack, content, "a", values[value]!)[file]);
    }

    [Fact]
    public void An_index_that_is_damaged_or_of_another_file_is_left_out()
    {
        var good = IndexFiles.Build(null, Name(0), 1000, ("a", ["x"]));
        var damaged = (byte[])good.Clone();
        damaged[^9] ^= 1;

        var (_, files) = IndexPack.Build([(Name(0), 1000, good), (Name(1), 1000, good), (Name(0), 1001, good), (Name(0), 1000, damaged), (Name(0), 1000, good[..^1]), (Name(0), 1000, [])], Limits);

        Assert.Equal(1, files);
    }

    [Fact]
    public async Task Each_byte_that_is_wrong_is_noticed_or_without_consequence()
    {
        var (store, reader, _) = New();
        var indexed = Enumerable.Range(0, 3).Select(file => (Name(file), 1000L, IndexFiles.Build(null, Name(file), 1000, ("a", [$"x{file}"])))).ToList();
        var (content, _) = IndexPack.Build(indexed, Limits);
        for (var at = 0; at < content.Length; at++)
        {
            var wrong = (byte[])content.Clone();
            wrong[at] ^= 0x41;
            await store.PutAsync($"t{at}/{FileIndexPath.PackFolder}p{FileIndexPath.PackSuffix}", wrong, Token);

            var (answers, _, _) = await reader.AskAsync($"t{at}", [(Name(1), 1000)], [ValueProbe.ForTexts("a", ["x1"])], Token);

            Assert.NotEqual(false, answers[0]);
        }
    }

    [Fact]
    public async Task Files_that_are_in_no_pack_and_stores_that_do_not_answer_get_no_answer()
    {
        var (store, reader, _) = New();
        await PackAsync(store, "t", 3);
        var down = new IndexPackReader(new FaultyObjectStore(store, _ => StoreFault.FailBefore), Limits, TimeProvider.System);
        ValueProbe[] probes = [ValueProbe.ForTexts("a", ["x1", "y"])];
        (string, long)[] files = [(Name(0), 1000), (Name(1), 1000), (Name(1), 999), (Name(7), 1000)];

        Assert.Equal([false, true, null, null], (await reader.AskAsync("t", files, probes, Token)).MayMatch);
        Assert.Equal([null, null, null, null], (await down.AskAsync("t", files, probes, Token)).MayMatch);
        Assert.Equal([null, null, null, null], (await reader.AskAsync("t", files, [ValueProbe.ForTexts("other", ["x1"])], Token)).MayMatch);
    }

    [Fact]
    public async Task A_thousand_files_are_asked_by_few_requests_and_then_by_none()
    {
        var (store, reader, clock) = New();
        for (var pack = 0; pack < 4; pack++)
            await PackAsync(store, "t", 250, first: pack * 250);
        var files = Enumerable.Range(0, 1000).Select(file => (Name(file), 1000L)).ToList();

        var first = await reader.AskAsync("t", files, [ValueProbe.ForTexts("a", ["x777"])], Token);
        var again = await reader.AskAsync("t", files, [ValueProbe.ForTexts("a", ["x777"])], Token);
        var other = await reader.AskAsync("t", files, [ValueProbe.ForTexts("a", ["x3"])], Token);
        clock.Advance(TimeSpan.FromMinutes(1));
        var later = await reader.AskAsync("t", files, [ValueProbe.ForTexts("a", ["x777"])], Token);

        // One listing, four headers, and a slice of each.
        Assert.Equal((9, 0, 0, 1), (first.Requests, again.Requests, other.Requests, later.Requests));
        Assert.True(first.MayMatch[777]);
        Assert.InRange(first.MayMatch.Count(may => may == true), 1, 60);
    }

    [Fact]
    public async Task A_writer_packs_what_is_in_no_pack_and_deletes_packs_of_files_that_are_gone()
    {
        using var table = await IndexedTable.NewAsync(20);
        var writer = new IndexPackWriter(table.Store, "t", TimeProvider.System, Limits with { PackFilesMax = 8, PackFilesMin = 4 });

        var first = await writer.WriteAsync(table.Table.Latest, Token);
        var again = await writer.WriteAsync(table.Table.Latest, Token);
        await table.AddAsync(3);
        var few = await writer.WriteAsync(table.Table.Latest, Token);
        await table.RemoveAsync(8);
        var gone = await writer.WriteAsync(table.Table.Latest, Token);

        Assert.Equal((3, 20, 0), (first.Packs, first.Files, first.Deleted));
        Assert.Equal((0, 0, 0), (again.Packs, again.Files, again.Deleted));
        Assert.Equal(0, few.Packs);
        Assert.Equal((0, 1), (gone.Packs, gone.Deleted));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Files_and_names_are_bound(int more, bool isBuilt)
    {
        var indexed = Enumerable.Range(0, 2 + more).Select(file => (Name(file), 1000L, IndexFiles.Build(null, Name(file), 1000, ("a", ["x"])))).ToList();
        var header = IndexPack.HeaderLength(IndexPack.Build(indexed, Limits).Content, Limits)!.Value;

        Check(() => IndexPack.Build(indexed, Limits with { PackFilesMax = 2 }));
        Check(() => IndexPack.Build(indexed, Limits with { PackHeaderBytesMax = header - more }));

        void Check(Action build)
        {
            if (isBuilt)
                build();
            else
                Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(build).Kind);
        }
    }

    static string Name(int file) => $"date=2026-04-01/part-{file:0000}.parquet";

    static (MemoryObjectStore Store, IndexPackReader Reader, FakeTimeProvider Clock) New()
    {
        var (store, clock) = (new MemoryObjectStore(), new FakeTimeProvider());
        return (store, new IndexPackReader(store, Limits, clock), clock);
    }

    static async Task PackAsync(IObjectStore store, string table, int files, int first = 0)
    {
        var indexed = Enumerable.Range(first, files).Select(file => (Name(file), 1000L, IndexFiles.Build(null, Name(file), 1000, ("a", [$"x{file}"])))).ToList();
        await store.PutAsync($"{table}/{FileIndexPath.PackFolder}{first}{FileIndexPath.PackSuffix}", IndexPack.Build(indexed, Limits).Content, Token);
    }

    static bool? OwnAnswer(string path, long size, byte[] index, string column, string text)
    {
        var header = FileIndexHeader.Read(index.AsSpan(0, FileIndexHeader.HeaderLength(index, Limits)!.Value), path, size, Limits)!;
        if (header.Find(column) is not { } filter)
            return null;
        var hash = ValueHash.Of(text);
        if (filter.Blocks == 0)
            return false;
        var (offset, length) = filter.Page(filter.PageOf(hash));
        return filter.MayContain(index.AsSpan((int)offset, length), hash);
    }

    static bool?[] PackAnswer(IndexPack pack, byte[] content, string column, string text)
    {
        var answers = new bool?[pack.Files.Count];
        if (pack.Find(column) is not { } known)
            return answers;
        var hash = ValueHash.Of(text);
        if (known.Slices == 0)
            return [.. known.Blocks.Select(blocks => blocks == PackColumn.NoColumn ? (bool?)null : false)];
        var (offset, length) = known.Slice(known.SliceOf(hash));
        Assert.True(known.IsIntact(content.AsSpan((int)offset, length), known.SliceOf(hash)));
        known.Ask(content.AsSpan((int)offset, length), hash, answers);
        return answers;
    }

    /// <summary>A table of files that are not there, each with an index that is.</summary>
    sealed class IndexedTable : IDisposable
    {
        int _files;

        public MemoryObjectStore Store { get; } = new();

        public DeltaTable Table { get; private set; } = null!;

        public static async Task<IndexedTable> NewAsync(int files)
        {
            var made = new IndexedTable();
            var schema = new TableSchema([new DeltaField("a", DeltaType.String)]);
            made.Table = await DeltaTable.OpenOrCreateAsync(made.Store, "t", new TableDefinition(schema, []), options: null, logger: null, Token);
            await made.AddAsync(files);
            return made;
        }

        public async Task AddAsync(int files)
        {
            var adds = new List<AddFile>();
            for (var last = _files + files; _files < last; _files++)
            {
                var path = Name(_files);
                await Store.PutAsync($"t/{FileIndexPath.Of(path)}", IndexFiles.Build(null, path, 1000, ("a", [$"x{_files}"])), Token);
                adds.Add(new AddFile { Path = TablePath.Encode(path), PartitionValues = new Dictionary<string, string?>(), Size = 1000, ModificationTime = 0, DataChange = true });
            }

            await Table.CommitAsync(new Commit { Operation = "WRITE", Adds = adds }, Token);
        }

        public Task RemoveAsync(int files) => Table.CommitAsync(
            new Commit
            {
                Operation = "DELETE",
                Removes = [.. Table.Latest.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Take(files).Select(file => new RemoveFile { Path = file.Value.Path, DeletionTimestamp = 0, DataChange = true })],
            },
            Token);

        public void Dispose()
        {
        }
    }
}
