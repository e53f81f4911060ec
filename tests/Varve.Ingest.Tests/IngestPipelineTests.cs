using System.Text;
using Varve.Datasets;
using Varve.Storage;

namespace Varve.Ingest.Tests;

public sealed class IngestPipelineTests
{
    const string Line = """{"RayID":"a1","ClientIP":"192.0.2.1","EdgeStartTimestamp":"2026-11-22T10:00:00Z","EdgeResponseStatus":200}""";

    [Fact]
    public async Task Records_can_be_selected_once_ingest_has_answered()
    {
        using var harness = new IngestHarness();

        var outcome = await harness.IngestAsync(Line + "\n");

        Assert.Equal((1, 0, 1L), (outcome.Accepted, outcome.Rejected, outcome.Version));
        var row = Assert.Single(await harness.QueryAsync("SELECT RayID, ClientIP, EdgeResponseStatus, EdgeStartTimestamp FROM http_requests"));
        Assert.Equal("""{"RayID":"a1","ClientIP":"192.0.2.1","EdgeResponseStatus":200,"EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""", row.GetRawText());
    }

    [Theory]
    [InlineData("\n\n{0}\n   \n\t\r\n")]
    [InlineData("{0}")]
    [InlineData("{0}\r\n")]
    [InlineData("\uFEFF{0}\n")]
    [InlineData("  {0}  ")]
    public async Task Blank_lines_line_ends_and_a_byte_order_mark_do_not_count(string form)
    {
        using var harness = new IngestHarness();

        var outcome = await harness.IngestAsync(form.Replace("{0}", Line, StringComparison.Ordinal));

        Assert.Equal((1, 0), (outcome.Accepted, outcome.Rejected));
    }

    [Fact]
    public async Task A_line_that_is_no_object_is_kept_with_its_reason_and_the_rest_goes_in()
    {
        using var harness = new IngestHarness();

        var outcome = await harness.IngestAsync($"{Line}\n[1,2]\n{{\"a\":}}\n42\n{Line}\n{Line} x\n");

        Assert.Equal((2, 4), (outcome.Accepted, outcome.Rejected));
        Assert.Equal([2, 3, 4, 6], outcome.Rejects.Select(reject => reject.Line));
        var rows = await harness.QueryAsync("SELECT LineNumber, Reason, Line, Dataset, Source, LineBytes FROM _rejects ORDER BY LineNumber");
        Assert.Equal(["[1,2]", "{\"a\":}", "42", Line + " x"], rows.Select(row => row.GetProperty("Line").GetString()));
        Assert.Equal("not a JSON object", rows[0].GetProperty("Reason").GetString());
        Assert.StartsWith("not JSON: ", rows[1].GetProperty("Reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(("http_requests", "test", 5), (rows[0].GetProperty("Dataset").GetString(), rows[0].GetProperty("Source").GetString(), rows[0].GetProperty("LineBytes").GetInt32()));
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_rejected_by_line()
    {
        using var harness = new IngestHarness();
        byte[] content = [.. Encoding.UTF8.GetBytes(Line + "\n{\"RayID\":\""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\"}\n")];

        var outcome = await harness.IngestAsync(content);

        Assert.Equal((1, 1), (outcome.Accepted, outcome.Rejected));
        Assert.Equal("not valid UTF-8", outcome.Rejects[0].Reason);
    }

    [Fact]
    public async Task Nothing_accepted_makes_no_version()
    {
        using var harness = new IngestHarness();

        var outcome = await harness.IngestAsync("nonsense\n");

        Assert.Equal((0, 1, (long?)null), (outcome.Accepted, outcome.Rejected, outcome.Version));
        Assert.Empty(await harness.QueryAsync("SELECT RayID FROM http_requests"));
    }

    [Theory]
    [InlineData(64, 0)]
    [InlineData(65, 1)]
    public async Task A_line_may_be_as_long_as_the_limit_and_no_longer(int bytes, int rejected)
    {
        using var harness = new IngestHarness(new IngestLimits { LineBytesMax = 64 });
        var line = "{\"RayID\":\"" + new string('x', bytes - 12) + "\"}";

        var outcome = await harness.IngestAsync($"{{}}\n{line}\n{{}}\n");

        Assert.Equal((3 - rejected, rejected), (outcome.Accepted, outcome.Rejected));
    }

    [Fact]
    public async Task A_line_longer_than_every_buffer_is_rejected_with_its_size_and_its_beginning()
    {
        using var harness = new IngestHarness(new IngestLimits { LineBytesMax = 1 << 20, RejectedLineBytesMax = 10 });
        var line = "{\"RayID\":\"" + new string('y', 9 << 20) + "\"}";

        var outcome = await harness.IngestAsync($"{Line}\n{line}\n{Line}\n");

        Assert.Equal((2, 1), (outcome.Accepted, outcome.Rejected));
        var row = Assert.Single(await harness.QueryAsync("SELECT Line, LineBytes, LineNumber FROM _rejects"));
        Assert.Equal(("{\"RayID\":\"", line.Length, 2), (row.GetProperty("Line").GetString(), row.GetProperty("LineBytes").GetInt32(), row.GetProperty("LineNumber").GetInt32()));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public async Task A_body_may_be_as_large_as_the_limit_and_one_past_it_stores_nothing(int spare, bool fits)
    {
        var body = $"{Line}\n{Line}\nno record\n";
        using var harness = new IngestHarness(new IngestLimits { BodyBytesMax = body.Length + spare });

        var fault = await Record.ExceptionAsync(() => harness.IngestAsync(IngestHarness.Gzip(body)));

        Assert.Equal(fits ? null : FaultKind.LimitExceeded, (fault as VarveException)?.Kind);
        Assert.Equal(fits ? 2 : 0, (await harness.QueryAsync("SELECT RayID FROM http_requests")).Count);
        Assert.Equal(fits ? 1 : 0, (await harness.QueryAsync("SELECT Line FROM _rejects")).Count);
    }

    [Fact]
    public async Task Gzip_is_told_by_its_first_bytes_and_may_have_several_members()
    {
        using var harness = new IngestHarness();

        var outcome = await harness.IngestAsync([.. IngestHarness.Gzip(Line + "\n" + Line), .. IngestHarness.Gzip("\n" + Line)]);

        Assert.Equal(3, outcome.Accepted);
    }

    [Fact]
    public async Task Gzip_that_is_cut_off_or_damaged_anywhere_stores_nothing()
    {
        var whole = IngestHarness.Gzip(string.Join('\n', Enumerable.Range(0, 200).Select(number => $$"""{"RayID":"{{number * 7919 % 1000:x}}"}""")));
        using var harness = new IngestHarness();

        for (var cut = 3; cut < whole.Length; cut += 13)
        {
            var fault = await Assert.ThrowsAsync<VarveException>(() => harness.IngestAsync(whole[..cut]));
            Assert.Equal(FaultKind.Invalid, fault.Kind);
        }

        var flipped = whole.ToArray();
        flipped[whole.Length / 2] ^= 0x10;
        await Assert.ThrowsAsync<VarveException>(() => harness.IngestAsync(flipped));
        Assert.Empty(await harness.QueryAsync("SELECT RayID FROM http_requests"));
    }

    [Fact]
    public async Task Each_day_gets_files_of_its_own_sorted_by_time()
    {
        using var harness = new IngestHarness();
        var times = new[] { "2026-11-21T23:59:59.999999Z", "2026-11-22T00:00:00Z", "2026-11-20T05:00:00Z", "2026-11-22T12:00:00Z", "2026-11-20T04:00:00Z" };

        await harness.IngestAsync(string.Join('\n', times.Select((time, index) => $$"""{"RayID":"{{index}}","EdgeStartTimestamp":"{{time}}"}""")));

        var table = (await Delta.DeltaTable.OpenAsync(harness.Store, "accounts/acme/zones/shop/http_requests", null, null, TestContext.Current.CancellationToken))!;
        var files = table.Latest.Files.Values.OrderBy(file => file.PartitionValues["date"], StringComparer.Ordinal).ToList();
        Assert.Equal(["2026-11-20", "2026-11-21", "2026-11-22"], files.Select(file => file.PartitionValues["date"]));
        Assert.All(files, file => Assert.Null(file.PartitionValues["level"]));
        var rows = await harness.QueryAsync("SELECT RayID FROM http_requests WHERE date = '2026-11-20'");
        Assert.Equal(["4", "2"], rows.Select(row => row.GetProperty("RayID").GetString()!));
        var day = Delta.Files.FileStatistics.Parse(files[0].Stats, table.Latest.Schema);
        Assert.Equal((2L, "2", "4"), (day.NumRecords, day.Columns["RayID"].Min, day.Columns["RayID"].Max));
    }

    [Fact]
    public async Task A_full_buffer_becomes_a_file_and_all_files_of_a_call_become_one_version()
    {
        using var harness = new IngestHarness(new IngestLimits { FlushRows = 10 });
        var lines = Enumerable.Range(0, 95).Select(number => $$"""{"RayID":"{{number}}","EdgeStartTimestamp":"2026-11-22T10:00:{{number % 60:00}}Z"}""");

        var outcome = await harness.IngestAsync(string.Join('\n', lines));

        Assert.Equal((95, 1L), (outcome.Accepted, outcome.Version));
        var table = (await Delta.DeltaTable.OpenAsync(harness.Store, "accounts/acme/zones/shop/http_requests", null, null, TestContext.Current.CancellationToken))!;
        Assert.Equal(10, table.Latest.Files.Count);
        Assert.Equal(95, (await harness.QueryAsync("SELECT DISTINCT RayID FROM http_requests")).Count);
    }

    [Fact]
    public async Task Account_datasets_lie_beside_the_zones()
    {
        using var harness = new IngestHarness();

        await harness.IngestAsync("""{"RayID":"r","CreatedAt":"2026-11-22T10:00:00Z"}""", "access_requests");

        Assert.Equal(["access_requests"], await harness.Store.ListFoldersAsync("accounts/acme/", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("../other", "shop")]
    [InlineData("acme", "a/b")]
    [InlineData("", "shop")]
    [InlineData("acme", ".hidden")]
    public async Task Names_that_would_leave_the_scope_are_refused(string account, string zone)
    {
        using var harness = new IngestHarness();

        var fault = await Assert.ThrowsAsync<VarveException>(() => harness.Pipeline.IngestAsync(
            IngestHarness.Target(account: account, zone: zone), new MemoryStream("{}"u8.ToArray()), TestContext.Current.CancellationToken));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
    }

    [Fact]
    public async Task Two_pipelines_that_write_at_once_lose_and_repeat_nothing()
    {
        using var harness = new IngestHarness();
        var pipelines = Enumerable.Range(0, 2)
            .Select(_ => new IngestPipeline(harness.Store, DatasetCatalog.BuiltIn, new IngestLimits(), new Delta.DeltaOptions())).ToList();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(batch => pipelines[batch % 2].IngestAsync(
            IngestHarness.Target(), new MemoryStream(Encoding.UTF8.GetBytes($$"""{"RayID":"{{batch}}-a"}{{"\n"}}{"RayID":"{{batch}}-b"}""")), TestContext.Current.CancellationToken)));

        var row = Assert.Single(await harness.QueryAsync("SELECT count(*) AS n, count(DISTINCT RayID) AS distinct_rays FROM http_requests"));
        Assert.Equal((80, 80), (row.GetProperty("n").GetInt32(), row.GetProperty("distinct_rays").GetInt32()));
    }
}
