using System.Globalization;
using CsCheck;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>
/// Random conditions over random tables: what is answered from the files that the planner keeps is what is answered from all. The planner
/// cannot see through a CASE, so the same condition inside one reads every file.
/// </summary>
public sealed class PruningPropertyTests : IAsyncLifetime
{
    const int Tables = 8;
    const string LongPrefix = "a-common-beginning-of-more-than-32-characters-";

    static readonly string[] Texts =
    [
        "", "a", "b", "US", "10.0.0.1", "é", "\uE000", "\uFFFF", "😀", "\U0010FFFF", LongPrefix, LongPrefix + "a", LongPrefix + "é", LongPrefix + "\uFFFF", LongPrefix + "😀",
        LongPrefix + "\U0010FFFF", "a-common-beginning-of-more-than-", "a-common-beginning-of-more-than-3",
    ];

    readonly TestLake _lake = new(flushRows: 3, indexesAll: true);

    public async ValueTask InitializeAsync()
    {
        var random = new Random(20260401);
        for (var table = 0; table < Tables; table++)
            await _lake.IngestAsync(
                "http_requests", Enumerable.Range(0, random.Next(1, 25)).Select(row => Line(random, row)), TestContext.Current.CancellationToken, zone: $"zone{table}");
        await SpoilIndexesAsync();
    }

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Pruning_never_changes_an_answer()
    {
        var (read, total, rows) = (0, 0, 0);

        await Gen.Select(Gen.Int[0, Tables - 1], Conditions.Array[4], Bound, Bound).SampleAsync(
            async (table, conditions, from, to) =>
            {
                var request = new QueryRequest("", TestLake.Account, $"zone{table}") { From = from, To = to };
                var tests = conditions.Select(condition => $"CASE WHEN ({condition}) {Time(">=", from)} {Time("<", to)} THEN TRUE ELSE FALSE END");
                var whole = await AskAsync(request with { From = null, To = null }, $"RayID, {string.Join(", ", tests)}", "");
                Assert.Equal(whole.Plan.FilesTotal, whole.Plan.FilesRead);
                for (var i = 0; i < conditions.Length; i++)
                {
                    var pruned = await AskAsync(request, "RayID", $"WHERE {conditions[i]}");
                    Interlocked.Add(ref read, pruned.Plan.FilesRead);
                    Interlocked.Add(ref total, pruned.Plan.FilesTotal);
                    Interlocked.Add(ref rows, pruned.Rows.Count);
                    Assert.Equal(whole.Rows.Where(row => row[i + 1] is true).Select(row => row[0]), pruned.Column(0));
                }
            },
            iter: 75, threads: 2);

        Assert.InRange(read, 1, total * 9 / 10);
        Assert.NotEqual(0, rows);
    }

    /// <summary>Of three side indexes one is whole, one damaged, and one gone.</summary>
    async Task SpoilIndexesAsync()
    {
        var files = Directory.GetFiles(_lake.StoreFolder, "*.bloom", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(files);
        for (var number = 0; number < files.Count; number++)
            if (number % 3 == 1)
            {
                var content = await File.ReadAllBytesAsync(files[number], TestContext.Current.CancellationToken);
                content[number * 31 % content.Length] ^= 4;
                await File.WriteAllBytesAsync(files[number], content, TestContext.Current.CancellationToken);
            }
            else if (number % 3 == 2)
            {
                File.Delete(files[number]);
            }
    }

    static readonly Gen<string> TextValues = Gen.OneOf(
        Gen.OneOf(Texts).Select(Quote), Gen.OneOf(Texts).Select(Quote), Gen.OneOf(Texts).Select(text => $"lower({Quote(text)})"), Gen.Const("NULL"));

    static readonly Gen<string> WholeValues = Gen.OneOf(
        Whole, Whole, Whole.Select(text => $"'{text}'"), Whole.Select(text => $"{text}.5"), Whole.Select(text => $"{text}.0"),
        Whole.Select(text => $"CAST({text} AS TINYINT)"), Whole.Select(text => $"CAST({text} AS HUGEINT)"), Whole.Select(text => $"{text}::DOUBLE"),
        Gen.Const("NULL"), Gen.Const("9223372036854775807"), Gen.Const("1 + 2"));

    static readonly Gen<string> TimeValues = Gen.OneOf(
        Instants.Select(instant => $"'{instant:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}'"), Instants.Select(instant => $"'{instant:yyyy-MM-dd HH:mm:ss}'"),
        Instants.Select(instant => $"'{instant:yyyy-MM-dd}'"), Instants.Select(instant => $"DATE '{instant:yyyy-MM-dd}'"),
        Instants.Select(instant => $"TIMESTAMP '{instant:yyyy-MM-dd HH:mm:ss.fff}'"),
        Instants.Select(instant => $"'{instant:yyyy-MM-dd'T'HH:mm:ss}+02:00'"), Gen.Const("NULL"),
        Gen.Const("TIMESTAMP '2026-04-02 12:00:00' + INTERVAL '1' HOUR"), Gen.Const("'infinity'::TIMESTAMP"));

    static readonly Gen<string> DayValues = Gen.OneOf(
        Instants.Select(instant => $"'{instant:yyyy-MM-dd}'"), Instants.Select(instant => $"DATE '{instant:yyyy-MM-dd}'"),
        Instants.Select(instant => $"TIMESTAMP '{instant:yyyy-MM-dd HH:mm:ss}'"), Gen.Const("NULL"), Gen.Const("'2026-4-2'"));

    static readonly Gen<(string Column, Gen<string> Values)> Columns = Gen.OneOf(
        ("ClientIP", TextValues), ("ClientCountry", TextValues), ("ClientRequestURI", TextValues), ("BotScore", WholeValues), ("ClientASN", WholeValues),
        ("ClientSrcPort", WholeValues), ("EdgeStartTimestamp", TimeValues), ("EdgeEndTimestamp", TimeValues), ("date", DayValues));

    static readonly Gen<string> Leaves =
        from column in Columns
        from form in Gen.Int[0, 11]
        from sign in Gen.OneOf("=", "<>", "<", "<=", ">", ">=")
        from values in column.Values.Array[3]
        select form switch
        {
            <= 4 => $"{column.Column} {sign} {values[0]}",
            5 => $"{values[0]} {sign} {column.Column}",
            6 or 7 => $"{column.Column} BETWEEN {values[0]} AND {values[1]}",
            8 => $"{column.Column} IN ({string.Join(", ", values.Distinct())})",
            9 => $"{column.Column} NOT IN ({values[0]}, {values[1]})",
            10 => $"{column.Column} IS {(sign[0] == '<' ? "NOT " : "")}NULL",
            _ => $"{column.Column} IS {(sign[0] == '<' ? "NOT " : "")}DISTINCT FROM {values[0]}",
        };

    static readonly Gen<string> Conditions =
        from leaves in Leaves.Array[1, 3]
        from form in Gen.Int[0, 5]
        select form switch
        {
            <= 3 => string.Join(" AND ", leaves.Select(leaf => $"({leaf})")),
            4 => string.Join(" OR ", leaves.Select(leaf => $"({leaf})")),
            _ => $"NOT ({string.Join(" AND ", leaves.Select(leaf => $"({leaf})"))})",
        };

    static Gen<string> Whole => Gen.Int[-2, 12].Select(number => number.ToString(CultureInfo.InvariantCulture));

    static Gen<DateTime> Instants => Gen.Long[-12, 84 * 4].Select(quarters => new DateTime(2026, 4, 1).AddMinutes(15 * quarters));

    static Gen<DateTimeOffset?> Bound => Gen.OneOf(
        Gen.Const((DateTimeOffset?)null), Gen.Const((DateTimeOffset?)null), Instants.Select(instant => (DateTimeOffset?)new DateTimeOffset(instant, TimeSpan.Zero)));

    Task<TestAnswer> AskAsync(QueryRequest request, string items, string where) =>
        _lake.QueryAsync(request with { Sql = $"SELECT {items} FROM http_requests {where} ORDER BY RayID" }, TestContext.Current.CancellationToken);

    static string Time(string sign, DateTimeOffset? bound) => bound is { } instant ? $"AND EdgeStartTimestamp {sign} '{instant:yyyy-MM-dd'T'HH:mm:ss'Z'}'" : "";

    static string Line(Random random, int row)
    {
        var instant = new DateTime(2026, 4, 1).AddMinutes(15 * random.Next(0, 72 * 4));
        return System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["EdgeStartTimestamp"] = $"{instant:yyyy-MM-dd'T'HH:mm:ss}Z",
            ["EdgeEndTimestamp"] = random.Next(3) == 0 ? null : $"{instant:yyyy-MM-dd'T'HH:mm:ss}.250Z",
            ["RayID"] = $"r{row:00}",
            ["ClientIP"] = random.Next(4) == 0 ? null : Texts[random.Next(Texts.Length)],
            ["ClientCountry"] = random.Next(2) == 0 ? null : Texts[random.Next(5)],
            ["ClientRequestURI"] = Texts[random.Next(Texts.Length)],
            ["BotScore"] = random.Next(3) == 0 ? null : random.Next(0, 10),
            ["ClientASN"] = random.Next(3) > 0 ? null : random.Next(-1, 3),
            ["ClientSrcPort"] = random.Next(0, 10),
        });
    }

    static string Quote(string text) => $"'{text}'";
}
