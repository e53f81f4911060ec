using Varve.Delta;
using Varve.Delta.Files;
using Varve.Delta.Index;
using Varve.Maintenance.Merging;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Maintenance.Tests.Compaction;

public sealed class CompactionTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(192L << 20)]
    [InlineData(0L)]
    public async Task Merged_files_have_the_same_rows_whatever_memory_there_is(long memoryBytes)
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(4000), files: 9);
        var before = await kept.RowsAsync();

        var report = Assert.Single(await kept.Keeper(KeptLake.Small with { MergeMemoryBytesMax = memoryBytes }).RunOnceAsync(Token));

        Assert.Equal((9, 4, 4000L, null), (report.FilesRemoved, report.FilesAdded, report.Rows, report.Fault));
        Assert.Equal(before, await kept.RowsAsync());
        Assert.Equal(4, (await kept.OpenAsync()).Latest.Files.Count);
    }

    [Fact]
    public async Task Rows_go_apart_by_the_level_of_their_id_as_SQL_tells_it()
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(30_000), files: 5);

        await kept.Keeper().RunOnceAsync(Token);

        var table = await kept.OpenAsync();
        Assert.Equal(["0", "1", "2", "3"], table.Latest.Files.Partitions().Select(partition => partition.Values["level"]!).Order(StringComparer.Ordinal));
        using var duckdb = new DuckDB.NET.Data.DuckDBConnection("DataSource=:memory:");
        await duckdb.OpenAsync(Token);
        using var command = duckdb.CreateCommand();
        command.CommandText =
            $"""
            SELECT count(*), count(DISTINCT level),
                   count(*) FILTER (level <> CASE md5_number_lower(RayID) % 1000 WHEN 0 THEN 3 ELSE CASE WHEN md5_number_lower(RayID) % 1000 < 10 THEN 2 WHEN md5_number_lower(RayID) % 1000 < 100 THEN 1 ELSE 0 END END)
            FROM read_parquet({FileList(kept, table)}, hive_partitioning = true)
            """;
        using var reader = await command.ExecuteReaderAsync(Token);
        Assert.True(await reader.ReadAsync(Token));
        Assert.Equal((30_000L, 4L, 0L), (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)));
    }

    [Fact]
    public async Task Each_file_is_sorted_by_time_even_when_its_sources_overlap()
    {
        using var kept = new KeptLake();
        var lines = KeptLake.Requests(3000);
        // Every file has rows of all times.
        for (var file = 0; file < 6; file++)
            await kept.Lake.IngestAsync("http_requests", lines.Where((_, number) => number % 6 == file), Token);
        var before = await kept.RowsAsync();

        await kept.Keeper().RunOnceAsync(Token);

        var table = await kept.OpenAsync();
        foreach (var key in table.Latest.Files.Keys)
        {
            using var reader = ColumnFileReader.Open(kept.Lake.Store.LocalPath($"{kept.Table.Path}/{key}")!, key);
            using var batch = reader.Read(0, reader.Find("EdgeStartTimestamp"));
            var times = ((Apache.Arrow.TimestampArray)batch.Column(0)).Values.ToArray();
            Assert.Equal(times.Order(), times);
        }

        Assert.Equal(before, await kept.RowsAsync());
    }

    [Fact]
    public async Task Statistics_and_side_indexes_are_those_of_the_new_files()
    {
        using var kept = new KeptLake();
        var lines = KeptLake.Requests(4000);
        await kept.IngestAsync(lines, files: 8);
        var properties = new[] { "numRecords", "EdgeStartTimestamp", "EdgeResponseStatus", "nullCount" };

        await kept.Keeper().RunOnceAsync(Token);

        var table = await kept.OpenAsync();
        Assert.Equal(4000, table.Latest.Files.Values.Sum(file => FileStatistics.Parse(file.Stats, table.Latest.Schema).NumRecords));
        foreach (var (key, file) in table.Latest.Files)
        {
            Assert.All(properties, property => Assert.Contains($"\"{property}\":", file.Stats, StringComparison.Ordinal));
            Assert.False(file.DataChange);
            Assert.NotNull(await kept.Lake.Store.HeadAsync($"{kept.Table.Path}/{FileIndexPath.Of(key)}", Token));
        }

        var ray = System.Text.Json.JsonDocument.Parse(lines[1234]).RootElement.GetProperty("RayID").GetString();
        var found = await kept.Lake.QueryAsync($"SELECT RayID, ClientIP FROM http_requests WHERE RayID = '{ray}'", Token);
        Assert.Single(found.Rows);
        Assert.Equal(1, found.Plan.FilesRead);
    }

    [Fact]
    public async Task Answers_are_the_same_before_and_after()
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(6000), files: 12);
        string[] statements =
        [
            "SELECT * FROM http_requests ORDER BY EdgeStartTimestamp DESC, RayID LIMIT 50",
            "SELECT ClientRequestHost, count(*) AS n, min(EdgeStartTimestamp), max(EdgeResponseBytes) FROM http_requests GROUP BY 1 ORDER BY 1",
            "SELECT count(*) FROM http_requests",
            "SELECT min(EdgeStartTimestamp), max(EdgeStartTimestamp) FROM http_requests",
            "SELECT RayID FROM http_requests WHERE EdgeResponseStatus = 403 ORDER BY RayID",
            "SELECT RayID, RequestHeaders, SecurityRuleIDs FROM http_requests WHERE SecurityAction = 'block' ORDER BY RayID",
        ];
        var before = new List<string>();
        foreach (var statement in statements)
            before.Add(TextOf(await kept.Lake.QueryAsync(statement, Token)));

        await kept.Keeper().RunOnceAsync(Token);

        for (var number = 0; number < statements.Length; number++)
            Assert.Equal(before[number], TextOf(await kept.Lake.QueryAsync(statements[number], Token)));
    }

    [Fact]
    public async Task A_second_look_finds_nothing_to_do()
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(2000), files: 5);
        await kept.Keeper().RunOnceAsync(Token);
        var version = (await kept.OpenAsync()).Latest.Version;

        var report = Assert.Single(await kept.Keeper().RunOnceAsync(Token));

        Assert.Equal(0, report.Merges);
        Assert.Equal(version, (await kept.OpenAsync()).Latest.Version);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_left_and_the_rest_is_merged()
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(3000), files: 8);
        var broken = (await kept.OpenAsync()).Latest.Files.Keys.Order(StringComparer.Ordinal).ElementAt(2);
        var path = kept.Lake.Store.LocalPath($"{kept.Table.Path}/{broken}")!;
        File.WriteAllBytes(path, [.. File.ReadAllBytes(path).Take(1000)]);

        var report = Assert.Single(await kept.Keeper().RunOnceAsync(Token));

        Assert.Equal(broken, Assert.Single(report.BadFiles).Path);
        Assert.Equal(7, report.FilesRemoved);
        Assert.Contains(broken, (await kept.OpenAsync()).Latest.Files.Keys);
    }

    [Fact]
    public async Task Of_a_damaged_column_the_file_is_named_and_nothing_is_left_behind()
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(3000), files: 8);
        var broken = (await kept.OpenAsync()).Latest.Files.Keys.Order(StringComparer.Ordinal).ElementAt(2);
        var path = kept.Lake.Store.LocalPath($"{kept.Table.Path}/{broken}")!;
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(bytes.Length / 4, bytes.Length / 4).Fill(0xEE);
        File.WriteAllBytes(path, bytes);

        var report = Assert.Single(await kept.Keeper().RunOnceAsync(Token));

        Assert.Equal(broken, Assert.Single(report.BadFiles).Path);
        Assert.Equal(7, report.FilesRemoved);
        var table = await kept.OpenAsync();
        var stored = Directory.EnumerateFiles(kept.Lake.Store.LocalPath(kept.Table.Path)!, "*.parquet", SearchOption.AllDirectories)
            .Where(file => !file.Contains("_delta_log", StringComparison.Ordinal) && !file.Contains("_varve_index", StringComparison.Ordinal));
        // The merged ones stay for readers of older versions.
        Assert.Equal(table.Latest.Files.Count + 7, stored.Count());
    }

    [Fact]
    public async Task Bytes_that_changed_without_a_trace_are_found_before_they_are_merged()
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(3000), files: 8);
        var table = await kept.OpenAsync();
        var keys = table.Latest.Files.Keys.Order(StringComparer.Ordinal).ToList();
        // A file of another day of the same size in rows, whole and readable.
        File.Copy(kept.Lake.Store.LocalPath($"{kept.Table.Path}/{keys[3]}")!, kept.Lake.Store.LocalPath($"{kept.Table.Path}/{keys[4]}")!, overwrite: true);

        var report = Assert.Single(await kept.Keeper().RunOnceAsync(Token));

        var bad = Assert.Single(report.BadFiles);
        Assert.Equal(keys[4], bad.Path);
        Assert.Contains("its bytes are not those that were stored", bad.Reason, StringComparison.Ordinal);
        Assert.Equal(7, report.FilesRemoved);
    }

    [Fact]
    public async Task The_hashes_of_rows_add_up_over_merges_of_any_kind()
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(4000), files: 9);
        var first = await ReadRowHashAsync(kept);
        await kept.Keeper().RunOnceAsync(Token);
        Assert.Equal((first, first), (await ReadRowHashAsync(kept), await ToldRowHashAsync(kept)));

        // More of the day: other files, merged with those of their levels when the day is over.
        await kept.IngestAsync(KeptLake.Requests(2000, seed: 3), files: 8);
        var all = await ReadRowHashAsync(kept);
        kept.Clock.Advance(TimeSpan.FromDays(2));
        await kept.Keeper().RunOnceAsync(Token);

        Assert.NotEqual(first, all);
        Assert.Equal((all, all), (await ReadRowHashAsync(kept), await ToldRowHashAsync(kept)));
        Assert.Equal(4, (await kept.OpenAsync()).Latest.Files.Count);
    }

    /// <summary>The sum of what the log says of the files.</summary>
    static async Task<UInt128> ToldRowHashAsync(KeptLake kept) => (await kept.OpenAsync()).Latest.Files.Values
        .Aggregate(UInt128.Zero, (sum, file) => sum + UInt128.Parse(file.Tags![RowHashes.Tag]!, System.Globalization.NumberStyles.HexNumber, null));

    /// <summary>The hash of the rows that are in the files.</summary>
    static async Task<UInt128> ReadRowHashAsync(KeptLake kept)
    {
        var hash = UInt128.Zero;
        foreach (var key in (await kept.OpenAsync()).Latest.Files.Keys)
        {
            using var reader = ColumnFileReader.Open(kept.Lake.Store.LocalPath($"{kept.Table.Path}/{key}")!, key);
            for (var group = 0; group < reader.Groups; group++)
            {
                var sums = new UInt128[reader.RowsOf(group)];
                for (var column = 0; column < reader.Schema.FieldsList.Count; column++)
                {
                    using var batch = reader.Read(group, column);
                    RowHashes.Add(reader.Schema.FieldsList[column].Name, batch.Column(0), sums);
                }

                hash += RowHashes.Sum(sums);
            }
        }

        return hash;
    }

    [Fact]
    public async Task Many_keepers_at_once_beside_ingest_lose_and_double_nothing()
    {
        using var kept = new KeptLake();
        var lines = KeptLake.Requests(8000);
        await kept.IngestAsync(lines[..4000], files: 16);
        var keepers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var keeper = kept.Keeper();
            for (var round = 0; round < 6; round++)
                Assert.All(await keeper.RunOnceAsync(Token), report => Assert.Null(report.Fault));
        })).ToList();

        await kept.IngestAsync(lines[4000..], files: 16);
        await Task.WhenAll(keepers);
        await kept.Keeper().RunOnceAsync(Token);

        using var once = new KeptLake();
        await once.IngestAsync(lines, files: 1);
        Assert.Equal(WithoutIngestedAt(await once.RowsAsync()), WithoutIngestedAt(await kept.RowsAsync()));
    }

    [Fact]
    public async Task The_files_of_a_bucket_are_merged_through_copies_that_go()
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(2000), files: 5);
        var before = await kept.RowsAsync();

        var report = Assert.Single(await kept.Keeper(store: new WithoutPaths(kept.Lake.Store)).RunOnceAsync(Token));

        Assert.Equal(5, report.FilesRemoved);
        Assert.Equal(before, await kept.RowsAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(kept.Lake.Folder, "merging")));
    }

    [Fact]
    public async Task A_dataset_without_an_id_is_merged_and_not_split()
    {
        using var kept = new KeptLake();
        var name = kept.Table with { Dataset = "nel_reports" };
        for (var file = 0; file < 9; file++)
            await kept.Lake.IngestAsync(name.Dataset, Enumerable.Range(0, 200).Select(row => $$"""{"Timestamp":"2026-11-22T10:{{row % 60:00}}:0{{file}}Z","ClientIPASN":{{row}}}"""), Token);
        var before = await kept.RowsAsync(name);

        var report = Assert.Single(await kept.Keeper().RunOnceAsync(Token));

        Assert.Null(report.Fault);
        Assert.Equal((9, 1), (report.FilesRemoved, report.FilesAdded));
        Assert.Equal(before, await kept.RowsAsync(name));
    }

    static IEnumerable<string> WithoutIngestedAt(IEnumerable<string> rows) =>
        rows.Select(row => System.Text.RegularExpressions.Regex.Replace(row, "\"_ingested_at\":\"[^\"]*\"", "")).Order(StringComparer.Ordinal);

    static string FileList(KeptLake kept, DeltaTable table) =>
        $"[{string.Join(',', table.Latest.Files.Keys.Select(key => $"'{kept.Lake.Store.LocalPath($"{kept.Table.Path}/{key}")}'"))}]";

    static string TextOf(TestAnswer answer) => string.Join('\n', answer.Rows.Select(row => System.Text.Json.JsonSerializer.Serialize(row)));

    /// <summary>A store that has no files of this machine, as a bucket.</summary>
    sealed class WithoutPaths(IObjectStore inner) : IObjectStore
    {
        public string Root => inner.Root;

        public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => inner.ReadAsync(path, cancellationToken);

        public Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken) => inner.ReadRangeAsync(path, offset, length, cancellationToken);

        public Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken) => inner.ReadSuffixAsync(path, length, cancellationToken);

        public Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken) => inner.HeadAsync(path, cancellationToken);

        public Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.PutIfAbsentAsync(path, content, cancellationToken);

        public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.PutAsync(path, content, cancellationToken);

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken) => inner.ListAsync(prefix, startAfter, cancellationToken);

        public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => inner.ListFoldersAsync(prefix, cancellationToken);

        public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);

        public Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => inner.DeleteManyAsync(paths, cancellationToken);

        public string? LocalPath(string path) => null;
    }
}
