using System.Collections;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Varve.Query.Formats;

namespace Varve.Query.Tests.Formats;

public sealed class FormatTests
{
    static readonly DateTime Instant = new(2026, 4, 1, 10, 20, 30, DateTimeKind.Utc);

    /// <summary>Type, value, as JSON, as CSV, as a cell of a table.</summary>
    public static TheoryData<ColumnType, object?, string, string, string> Values() => new()
    {
        { ColumnType.String, "plain", "\"plain\"", "plain", "plain" },
        { ColumnType.String, "", "\"\"", "", "" },
        { ColumnType.String, "a \"b\", c", """ "a \"b\", c" """.Trim(), "\"a \"\"b\"\", c\"", "a \"b\", c" },
        { ColumnType.String, "line\nline\rline", """ "line\nline\rline" """.Trim(), "\"line\nline\rline\"", "line\uFFFDline\uFFFDline" },
        { ColumnType.String, "\u001b[2J\0\u009b\u007f", """ "\u001B[2J\u0000\u009B\u007F" """.Trim(), "\u001b[2J\0\u009b\u007f", "\uFFFD[2J\uFFFD\uFFFD\uFFFD" },
        { ColumnType.String, "é日😀", "\"é日\\uD83D\\uDE00\"", "é日😀", "é日😀" },
        { ColumnType.String, "{\"a\":1}", """ "{\"a\":1}" """.Trim(), "\"{\"\"a\"\":1}\"", "{\"a\":1}" },
        { ColumnType.Int, 403L, "403", "403", "403" },
        { ColumnType.Int, long.MinValue, "-9223372036854775808", "-9223372036854775808", "-9223372036854775808" },
        { ColumnType.Int, BigInteger.Parse("36893488147419103228", null), "36893488147419103228", "36893488147419103228", "36893488147419103228" },
        { ColumnType.Float, 0.1, "0.1", "0.1", "0.1" },
        { ColumnType.Float, 1e300, "1E+300", "1E+300", "1E+300" },
        { ColumnType.Float, double.NaN, "\"NaN\"", "NaN", "NaN" },
        { ColumnType.Float, double.PositiveInfinity, "\"Infinity\"", "Infinity", "Infinity" },
        { ColumnType.Float, double.NegativeInfinity, "\"-Infinity\"", "-Infinity", "-Infinity" },
        { ColumnType.Bool, true, "true", "true", "true" },
        { ColumnType.Bool, false, "false", "false", "false" },
        { ColumnType.Timestamp, Instant, "\"2026-04-01T10:20:30Z\"", "2026-04-01T10:20:30Z", "2026-04-01T10:20:30Z" },
        { ColumnType.Date, new DateOnly(2026, 4, 1), "\"2026-04-01\"", "2026-04-01", "2026-04-01" },
        { ColumnType.Array, new object?[] { "a", null, "\"" }, """["a",null,"\""]""", "\"[\"\"a\"\",null,\"\"\\\"\"\"\"]\"", """["a",null,"\""]""" },
        { ColumnType.Array, new object?[] { 1L, null }, "[1,null]", "\"[1,null]\"", "[1,null]" },
        { ColumnType.Array, new object?[] { new object?[] { 1L }, null }, "[[1],null]", "\"[[1],null]\"", "[[1],null]" },
        { ColumnType.Array, Array.Empty<object?>(), "[]", "[]", "[]" },
        { ColumnType.Map, new Dictionary<string, string?> { ["a\""] = "b", ["n"] = null }, """{"a\"":"b","n":null}""",
            "\"{\"\"a\\\"\"\"\":\"\"b\"\",\"\"n\"\":null}\"", """{"a\"":"b","n":null}""" },
        { ColumnType.Map, new Hashtable(), "{}", "{}", "{}" },
        { ColumnType.Json, """{"a":[1,2]}""", """{"a":[1,2]}""", "\"{\"\"a\"\":[1,2]}\"", """{"a":[1,2]}""" },
        { ColumnType.Json, "12", "12", "12", "12" },
        { ColumnType.Json, "no json", "\"no json\"", "no json", "no json" },
        { ColumnType.Json, "{\"a\":1} {", """ "{\"a\":1} {" """.Trim(), "\"{\"\"a\"\":1} {\"", "{\"a\":1} {" },
        { ColumnType.Json, "", "\"\"", "", "" },
        { ColumnType.Json, "{\n \"a\":\r\n 1}", """{"a":1}""", "\"{\n \"\"a\"\":\r\n 1}\"", "{\uFFFD \"a\":\uFFFD\uFFFD 1}" },
        { ColumnType.Json, null, "null", "", "" },
        { ColumnType.String, null, "null", "", "" },
        { ColumnType.Int, null, "null", "", "" },
        { ColumnType.Map, null, "null", "", "" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_value_is_written(ColumnType type, object? value, string json, string csv, string cell)
    {
        ResultColumn[] columns = [new("a", type, null), new("b", ColumnType.Int, null)];
        var block = new RowBlock(1, [[value], [1L]]);

        Assert.Equal($"{{\"a\":{json},\"b\":1}}\n", await WriteAsync("ndjson", columns, block));
        Assert.Equal($"[{{\"a\":{json},\"b\":1}}]\n", await WriteAsync("json", columns, block));
        Assert.Equal($"a,b\r\n{csv},1\r\n", await WriteAsync("csv", columns, block));
        Assert.Equal(cell, (await WriteAsync("table", columns, block)).Split('\n')[2][..^1].Trim());
        JsonDocument.Parse(await WriteAsync("json", columns, block)).Dispose();
    }

    [Fact]
    public async Task No_rows_are_an_empty_array_a_header_or_nothing()
    {
        ResultColumn[] columns = [new("a", ColumnType.String, null), new("b,c", ColumnType.Int, null)];

        Assert.Equal("[]\n", await WriteAsync("json", columns));
        Assert.Equal("", await WriteAsync("ndjson", columns));
        Assert.Equal("a,\"b,c\"\r\n", await WriteAsync("csv", columns));
        Assert.Equal("a  b,c\n-  ---\n(0 rows)\n", await WriteAsync("table", columns));
    }

    [Fact]
    public async Task Blocks_follow_each_other()
    {
        ResultColumn[] columns = [new("n", ColumnType.Int, null)];
        RowBlock[] blocks = [new(2, [[1L, 2L]]), new(1, [[3L]])];

        Assert.Equal("[{\"n\":1},\n{\"n\":2},\n{\"n\":3}]\n", await WriteAsync("json", columns, blocks));
        Assert.Equal("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n", await WriteAsync("ndjson", columns, blocks));
        Assert.Equal("n\r\n1\r\n2\r\n3\r\n", await WriteAsync("csv", columns, blocks));
        Assert.Equal("n\n-\n1\n2\n3\n(3 rows)\n", await WriteAsync("table", columns, blocks));
    }

    [Fact]
    public async Task A_table_aligns_numbers_right_and_text_left()
    {
        ResultColumn[] columns = [new("name", ColumnType.String, null), new("n", ColumnType.Int, null), new("last", ColumnType.String, null)];

        var text = await WriteAsync("table", columns, new RowBlock(2, [["a", "longer"], [1L, 100L], ["x", "y"]]));

        Assert.Equal("name      n  last\n------  ---  ----\na         1  x\nlonger  100  y\n(2 rows)\n", text);
    }

    [Fact]
    public async Task A_table_cuts_long_cells_and_never_half_a_character()
    {
        ResultColumn[] columns = [new("a", ColumnType.String, null)];
        var fits = new string('a', 80);
        var isCut = new string('a', 81);
        var emoji = new string('a', 78) + "😀😀";

        var lines = (await WriteAsync("table", columns, new RowBlock(3, [[fits, isCut, emoji]]))).Split('\n');

        Assert.Equal([fits, new string('a', 79) + "…", new string('a', 78) + "…"], lines[2..5]);
    }

    [Fact]
    public async Task Column_names_can_be_changed_and_are_escaped()
    {
        ResultColumn[] columns = [new("A\"b\u001b", ColumnType.Int, null)];
        var block = new RowBlock(1, [[1L]]);

        Assert.Equal("{\"A\\\"b\\u001B\":1}\n", await WriteAsync("ndjson", columns, block));
        Assert.Equal("\"A\"\"b\u001b\"\r\n1\r\n", await WriteAsync("csv", columns, block));
        Assert.StartsWith("A\"b\uFFFD\n", await WriteAsync("table", columns, block), StringComparison.Ordinal);
        Assert.Equal("{\"a\\\"b\\u001B\":1}\n", await WriteAsync(new NdjsonFormat { NameOf = name => name.ToLowerInvariant() }, columns, block));
    }

    [Fact]
    public void Every_name_is_a_format_and_others_are_none()
    {
        Assert.All(RowFormat.Names, name => Assert.NotNull(RowFormat.Named(name)));
        Assert.Null(RowFormat.Named("xml"));
    }

    static Task<string> WriteAsync(string format, ResultColumn[] columns, params RowBlock[] blocks) => WriteAsync(RowFormat.Named(format)!, columns, blocks);

    static async Task<string> WriteAsync(RowFormat format, ResultColumn[] columns, params RowBlock[] blocks)
    {
        using var stream = new MemoryStream();
        await format.WriteAsync(columns, blocks.ToAsyncEnumerable(), stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
