using Varve.Datasets;
using Varve.Query.Formats;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>SQL over datasets that an account declared.</summary>
public sealed class DeclaredDatasetTests : IAsyncLifetime
{
    readonly TestLake _lake = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static DatasetDefinition Definition(string name, DatasetScope scope) => new(
        name,
        "Time",
        [
            Field("Time", FieldType.Timestamp, true), Field("select", FieldType.String, true), Field("X-Y", FieldType.Int, true), Field("Real", FieldType.Float),
            Field("Truth", FieldType.Bool), Field("Tags", FieldType.StringArray), Field("Codes", FieldType.IntArray), Field("Map", FieldType.Map), Field("More", FieldType.Json),
        ])
    {
        Scope = scope,
    };

    static DatasetField Field(string name, FieldType type, bool statistics = false) => new() { Name = name, Type = type, Statistics = statistics };

    public async ValueTask InitializeAsync()
    {
        foreach (var scope in Enum.GetValues<DatasetScope>())
        {
            var name = scope == DatasetScope.Zone ? "order" : "totals";
            await _lake.Datasets.DeclareAsync(TestLake.Account, Definition(name, scope), expected: null, Cancellation);
            await _lake.IngestAsync(
                name,
                [
                    """{"Time":"2026-11-22T10:00:00Z","select":"a","X-Y":7,"Real":0.5,"Truth":true,"Tags":["t"],"Codes":[1],"Map":{"k":"v"},"More":{"m":1},"new":"n"}""",
                ],
                Cancellation);
            await _lake.IngestAsync(name, ["""{"Time":"2026-11-23T10:00:00Z","select":"b","X-Y":8}"""], Cancellation);
        }
    }

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("\"order\"")]
    [InlineData("totals")]
    [InlineData("TOTALS")]
    public async Task Every_type_is_read_and_conditions_leave_files_out(string table)
    {
        var answer = await _lake.QueryAsync(
            $"SELECT \"select\", \"X-Y\", Real, Truth, Tags[1], Codes, Map.k, More.m, _extra.new FROM {table} WHERE \"X-Y\" = 7 AND _sample_interval IS NULL", Cancellation);

        Assert.Equal("a 7 0.5 true t [1] v 1 n", string.Join(' ', answer.Rows.Single().Select(ValueText.Text)));
        Assert.Equal((2, 1), (answer.Plan.FilesTotal, answer.Plan.FilesRead));
    }

    [Fact]
    public async Task Conditions_on_the_sample_interval_keep_files_of_which_nothing_is_known()
    {
        var answer = await _lake.QueryAsync("SELECT count(*), sum(coalesce(_sample_interval, 1)) FROM totals WHERE coalesce(_sample_interval, 1) >= 1.0", Cancellation);

        Assert.Equal([2L, 2.0], answer.Rows.Single());
        Assert.Equal(0L, (await _lake.QueryAsync("SELECT count(*) FROM totals WHERE _sample_interval > 1", Cancellation)).Value);
    }

    [Theory]
    [InlineData("other", "totals", "There is no dataset 'totals'.")]
    [InlineData(TestLake.Account, "total", "Did you mean totals?")]
    public async Task A_dataset_is_its_accounts_alone(string account, string name, string message)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() => _lake.QueryAsync(new QueryRequest($"SELECT count(*) FROM {name}", account), Cancellation));

        Assert.Equal("unknown_dataset", fault.Detail?.Code);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_are_neither_accounts_nor_zones()
    {
        Assert.Equal([TestLake.Account], await _lake.Engine.Tables.AccountsAsync(Cancellation));
        Assert.Equal([TestLake.Zone], await _lake.Engine.Tables.ZonesAsync(TestLake.Account, Cancellation));
    }
}
