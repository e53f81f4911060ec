using Varve.Datasets;
using Varve.Ingest.Formats;
using Varve.Storage;

namespace Varve.Ingest.Tests.Formats;

public sealed class CsvBodyTests
{
    static readonly int[] Chunks = [1, 2, 3, 7, int.MaxValue];

    public static TheoryData<string, string[]> Bodies() => new()
    {
        { "a,b\n1,x\n2,y\n", ["", """{"a":"1","b":"x"}""", """{"a":"2","b":"y"}"""] },
        { "\uFEFFa,b\r\n1,x\r\n\r\n2,\"y\"\r\n", ["", """{"a":"1","b":"x"}""", "", """{"a":"2","b":"y"}"""] },
        { "a,b\n\"1,\"\"2\"\"\",\"x\ny\"\n2,y", ["", """{"a":"1,\"2\"","b":"x\ny"}""", "", """{"a":"2","b":"y"}"""] },
        { "a,b,c\n1,,\n,,3\n", ["", """{"a":"1"}""", """{"c":"3"}"""] },
        { "a,b\n1\n2,y,z\n3,x", ["", "!has 1 field where 2 are named|1", "!has 3 fields where 2 are named|2,y,z", """{"a":"3","b":"x"}"""] },
        { "a,b\nsay \"hi\",x\n", ["", """{"a":"say \"hi\"","b":"x"}"""] },
        { "a,b\n\"1\"x,y\n2,y\n", ["", "!text after a closing quote|\"1\"x,y", """{"a":"2","b":"y"}"""] },
        // Only the line with the quote that is not closed is lost.
        { "a,b\n\"1,x\n2,y\n\"3\",z\n", ["", "!text after a closing quote|\"1,x", """{"a":"2","b":"y"}""", """{"a":"3","b":"z"}"""] },
        { "a,b\n\"1,x\n2,y\n", ["", "!a quote is not closed|\"1,x", """{"a":"2","b":"y"}"""] },
        { "a\n\"1\n2", ["", "!a quote is not closed|\"1", """{"a":"2"}"""] },
        { "a,b\n1,x\r", ["", """{"a":"1","b":"x"}"""] },
        { "a,b\n1,\"x\"\r", ["", """{"a":"1","b":"x"}"""] },
        { "a,b\n1,\"x\"\ry\n", ["", "!text after a closing quote|1,\"x\"\ry"] },
        { "a,b\n", [""] },
        { "", [] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Each_row_becomes_a_line_at_its_own_number(string body, string[] expected)
    {
        foreach (var chunk in Chunks)
        {
            Assert.Equal(expected, await FormatLines.OfAsync(body, BodyFormat.Csv, chunk: chunk));
            var tabs = await FormatLines.OfAsync(body.Replace(',', '\t'), BodyFormat.Tsv, chunk: chunk);
            Assert.Equal(expected.Select(line => line.Replace("1,\\\"2", "1\\t\\\"2", StringComparison.Ordinal)), tabs.Select(line => line.StartsWith('!') ? line.Replace('\t', ',') : line));
        }
    }

    [Fact]
    public async Task Given_names_stand_for_a_header_and_a_header_that_is_there_all_the_same_is_no_row()
    {
        Assert.Equal(["""{"a":"1","b":"2"}"""], await FormatLines.OfAsync("1,2\n", BodyFormat.Csv, ["a", "b"]));
        Assert.Equal(["", """{"a":"1","b":"2"}"""], await FormatLines.OfAsync("a,\"b\"\n1,2\n", BodyFormat.Csv, ["a", "b"]));
    }

    [Fact]
    public async Task What_a_field_takes_only_as_JSON_is_written_so()
    {
        const string Body = "BotTags,Cookies,ClientRequestURI,EdgeResponseStatus\n\"[\"\"a\"\"]\",\"{\"\"k\"\":\"\"v\"\"}\",[1],200\n[broken,{,{},x\n";

        var lines = await FormatLines.OfAsync(Body, BodyFormat.Csv, dataset: DatasetCatalog.BuiltIn.Find("http_requests"));

        Assert.Equal("""{"BotTags":["a"],"Cookies":{"k":"v"},"ClientRequestURI":"[1]","EdgeResponseStatus":"200"}""", lines[1]);
        Assert.Equal("""{"BotTags":"[broken","Cookies":"{","ClientRequestURI":"{}","EdgeResponseStatus":"x"}""", lines[2]);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_cost_their_row()
    {
        var lines = await FormatLines.OfAsync([.. "a\n"u8, 0xFF, .. "\nx\n"u8], BodyFormat.Csv);

        Assert.Equal(["", "!not valid UTF-8|\uFFFD", """{"a":"x"}"""], lines);
    }

    [Theory]
    [InlineData("\"a,b\n1,2\n")]
    [InlineData("\"a\"b\n1\n")]
    public async Task A_header_that_is_broken_refuses_the_body(string body)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() => FormatLines.OfAsync(body, BodyFormat.Csv));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public async Task A_header_names_so_many_fields_and_no_more(int fields, bool isRefused)
    {
        var limits = new IngestLimits { CsvFieldsMax = 3 };
        var body = $"{string.Join(',', Enumerable.Range(1, fields).Select(each => $"f{each}"))}\n";

        var fault = await Record.ExceptionAsync(() => FormatLines.OfAsync(body, BodyFormat.Csv, limits: limits));

        Assert.Equal(isRefused ? FaultKind.LimitExceeded : null, (fault as VarveException)?.Kind);
    }

    [Fact]
    public async Task A_row_of_the_longest_length_goes_in_and_a_longer_one_is_refused()
    {
        var limits = new IngestLimits { LineBytesMax = 4096 };
        var longest = new string('x', limits.LineBytesMax);

        foreach (var extra in new[] { "y", new string('y', 200_000) })
        {
            var lines = await FormatLines.OfAsync($"{longest}\n{longest}{extra}\nlast\n", BodyFormat.Csv, ["a"], limits);

            Assert.Equal($$"""{"a":"{{longest}}"}""", lines[0]);
            Assert.StartsWith("!longer than 4096 bytes|xxx", lines[1], StringComparison.Ordinal);
            Assert.Equal("""{"a":"last"}""", lines[2]);
        }
    }

    [Fact]
    public async Task Quotes_that_are_never_closed_cost_no_more_than_some_readings_of_the_body()
    {
        var limits = new IngestLimits { LineBytesMax = 64 << 10 };
        var body = string.Concat(Enumerable.Repeat("a\",\"b\n", 200_000));

        var lines = await FormatLines.OfAsync(body, BodyFormat.Csv, ["a", "b"], limits);

        Assert.All(lines.Where(line => line.Length > 0), line => Assert.StartsWith("!", line, StringComparison.Ordinal));
    }
}
