using System.Text.Json;
using Varve.Delta;
using Varve.Maintenance.Rules;
using Varve.Storage;

namespace Varve.Maintenance.Tests.Removal;

public sealed class RemovalTests
{
    static readonly Actor Ann = new("ann@example.com", "request 7");

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Days_past_the_retention_go_and_a_dry_run_tells_the_same_before()
    {
        using var kept = await FourDaysAsync();
        var keeper = kept.Keeper();
        await keeper.SetRetentionAsync(kept.Table, RetentionRule.Parse("2d"), Ann, Token);
        var before = await kept.RowsAsync();

        var told = await keeper.ExpireAsync(kept.Table, dryRun: true, Token);
        Assert.Equal(before, await kept.RowsAsync());
        var done = await keeper.ExpireAsync(kept.Table, dryRun: false, Token);

        // It is the 22nd: of 19, 20, 21 and 22 the first goes.
        Assert.Equal((1, 0, 300L, new DateOnly(2026, 11, 19)), (done.FilesRemoved, done.FilesRewritten, done.Rows, DateOnly.FromDateTime(done.Newest!.Value.UtcDateTime)));
        Assert.Equal((told.FilesRemoved, told.Rows, told.Bytes, told.Oldest, told.Newest), (done.FilesRemoved, done.Rows, done.Bytes, done.Oldest, done.Newest));
        Assert.Equal(before.Where(row => DateOf(row) != "2026-11-19"), await kept.RowsAsync());
        Assert.Equal(0, (await keeper.ExpireAsync(kept.Table, dryRun: false, Token)).Rows);
    }

    [Fact]
    public async Task By_time_a_file_that_is_covered_in_part_is_written_anew()
    {
        using var kept = await FourDaysAsync();
        var keeper = kept.Keeper();
        await keeper.RunOnceAsync(Token);
        var before = await kept.RowsAsync();
        await keeper.SetRetentionAsync(kept.Table, RetentionRule.Parse("50h", RetentionUnit.Time), Ann, Token);
        var cutOff = kept.Clock.GetUtcNow().AddHours(-50);

        var done = await keeper.ExpireAsync(kept.Table, dryRun: false, Token);

        var left = before.Where(row => TimeOf(row) >= done.CutOff).ToList();
        Assert.InRange(done.CutOff!.Value, cutOff, cutOff.AddMinutes(1));
        Assert.True(done.FilesRewritten > 0);
        Assert.Equal(before.Count - left.Count, done.Rows);
        Assert.Equal(left, await kept.RowsAsync());
    }

    [Fact]
    public async Task Retention_passes_no_hold()
    {
        using var kept = await FourDaysAsync();
        var keeper = kept.Keeper();
        var day = new DateTimeOffset(2026, 11, 19, 0, 0, 0, TimeSpan.Zero);
        await keeper.PlaceHoldAsync(kept.Table, new LegalHold("case", day.AddHours(10), day.AddHours(11)) { By = Ann }, Token);
        await keeper.SetRetentionAsync(kept.Table, RetentionRule.Parse("1d"), Ann, Token);
        var before = await kept.RowsAsync();

        var told = await keeper.ExpireAsync(kept.Table, dryRun: true, Token);
        var done = await keeper.ExpireAsync(kept.Table, dryRun: false, Token);

        // By date files stay whole: the one that the hold covers in part stays.
        var covered = before.Count(row => TimeOf(row) >= day.AddHours(10) && TimeOf(row) < day.AddHours(11));
        Assert.Equal(("case", covered), (Assert.Single(told.Held).Hold, (int)told.Held[0].Rows));
        Assert.Equal((1, 1), (done.FilesRemoved, done.FilesHeld));
        Assert.Equal(before.Where(row => DateOf(row) != "2026-11-20"), await kept.RowsAsync());
    }

    [Fact]
    public async Task By_time_only_the_records_under_a_hold_stay()
    {
        using var kept = await FourDaysAsync();
        var keeper = kept.Keeper();
        var before = await kept.RowsAsync();
        var client = JsonDocument.Parse(before[5]).RootElement.GetProperty("ClientIP").GetString();
        await keeper.PlaceHoldAsync(kept.Table, new LegalHold("client", null, null) { By = Ann, Where = $"ClientIP = '{client}'" }, Token);
        await keeper.SetRetentionAsync(kept.Table, RetentionRule.Parse("1h", RetentionUnit.Time), Ann, Token);

        var done = await keeper.ExpireAsync(kept.Table, dryRun: false, Token);

        var expected = before.Where(row => TimeOf(row) >= done.CutOff || row.Contains($"\"ClientIP\":\"{client}\"", StringComparison.Ordinal)).ToList();
        Assert.True(expected.Count < before.Count);
        Assert.Equal(expected, await kept.RowsAsync());
    }

    [Fact]
    public async Task Erased_records_are_gone_and_all_others_are_there()
    {
        using var kept = await FourDaysAsync();
        var keeper = kept.Keeper();
        await keeper.RunOnceAsync(Token);
        var before = await kept.RowsAsync();
        var client = JsonDocument.Parse(before[5]).RootElement.GetProperty("ClientIP").GetString();

        var told = await keeper.EraseAsync(kept.Table, $"ClientIP = '{client}'", Ann, dryRun: true, Token);
        var done = await keeper.EraseAsync(kept.Table, $"ClientIP = '{client}'", Ann, dryRun: false, Token);

        var left = before.Where(row => !row.Contains($"\"ClientIP\":\"{client}\"", StringComparison.Ordinal)).ToList();
        Assert.Equal((before.Count - left.Count, told.Rows), ((int)done.Rows, done.Rows));
        Assert.Equal(left, await kept.RowsAsync());
        var info = (await (await kept.OpenAsync()).HistoryAsync(1, Token))[0].Info!;
        Assert.Equal("DELETE", info.Operation);
        Assert.Contains("request 7", info.UserMetadata, StringComparison.Ordinal);
        // Levels stay what they were.
        Assert.All((await kept.OpenAsync()).Latest.Files.Keys, key => Assert.Contains("/level=", key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_files_are_written_anew_in_several_commits()
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(2000), files: 10);
        var before = await kept.RowsAsync();
        var keeper = kept.Keeper(KeptLake.Small with { MergeBytesMax = 1 });

        var done = await keeper.EraseAsync(kept.Table, "EdgeResponseStatus = 200", Ann, dryRun: false, Token);

        Assert.Equal(10, done.FilesRewritten + done.FilesRemoved);
        Assert.Equal(before.Where(row => !row.Contains("\"EdgeResponseStatus\":200", StringComparison.Ordinal)), await kept.RowsAsync());
        Assert.Equal(done.Rows, before.Count - (await kept.RowsAsync()).Count);
    }

    [Fact]
    public async Task Erasure_is_refused_when_a_hold_covers_a_record()
    {
        using var kept = await FourDaysAsync();
        var keeper = kept.Keeper();
        var before = await kept.RowsAsync();
        await keeper.PlaceHoldAsync(kept.Table, new LegalHold("blocked", null, null) { By = Ann, Where = "SecurityAction = 'block'" }, Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => keeper.EraseAsync(kept.Table, "EdgeResponseStatus >= 400", Ann, dryRun: false, Token));

        Assert.Equal((FaultKind.Conflict, "held"), (fault.Kind, fault.Detail?.Code));
        Assert.Contains("'blocked' (placed by ann@example.com", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, await kept.RowsAsync());
        // Records beside those of the hold can be erased.
        Assert.True((await keeper.EraseAsync(kept.Table, "EdgeResponseStatus = 200 AND SecurityAction = ''", Ann, dryRun: false, Token)).Rows > 0);
        await keeper.LiftHoldAsync(kept.Table, "blocked", Ann, Token);
        Assert.True((await keeper.EraseAsync(kept.Table, "EdgeResponseStatus >= 400", Ann, dryRun: false, Token)).Rows > 0);
    }

    [Theory]
    [InlineData("NoSuchField = 1")]
    [InlineData("EdgeResponseStatus = ")]
    [InlineData("")]
    public async Task What_is_no_condition_erases_nothing(string where)
    {
        using var kept = await FourDaysAsync();

        var fault = await Assert.ThrowsAsync<VarveException>(() => kept.Keeper().EraseAsync(kept.Table, where, Ann, dryRun: false, Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Equal(1200, (await kept.RowsAsync()).Count);
    }

    [Fact]
    public async Task A_protected_table_is_not_emptied()
    {
        using var kept = await FourDaysAsync();
        var keeper = kept.Keeper();

        var fault = await Assert.ThrowsAsync<VarveException>(() => keeper.EmptyAsync(kept.Table, Ann, dryRun: false, Token));
        Assert.Equal((FaultKind.Conflict, "protected"), (fault.Kind, fault.Detail?.Code));
        await keeper.SetProtectionAsync(kept.Table, isOn: false, Ann, Token);
        var done = await keeper.EmptyAsync(kept.Table, Ann, dryRun: false, Token);

        Assert.Equal((4, 1200L), (done.FilesRemoved, done.Rows));
        Assert.Empty(await kept.RowsAsync());
    }

    [Fact]
    public async Task The_room_of_what_went_is_given_back_after_the_window_and_not_before()
    {
        using var kept = await FourDaysAsync();
        var keeper = kept.Keeper();
        await keeper.SetRetentionAsync(kept.Table, RetentionRule.Parse("2d"), Ann, Token);
        await keeper.ExpireAsync(kept.Table, dryRun: false, Token);
        var options = new VacuumOptions { Mode = VacuumMode.Lite };

        kept.Pass(TimeSpan.FromDays(6));
        Assert.Equal(0, (await kept.Keeper().VacuumAsync(kept.Table, options, Token)).Files);
        kept.Pass(TimeSpan.FromDays(1.1));
        var vacuumed = await kept.Keeper().VacuumAsync(kept.Table, options, Token);

        Assert.Contains("date=2026-11-19", Assert.Single(vacuumed.Paths), StringComparison.Ordinal);
        Assert.False(Directory.EnumerateFiles(Path.Combine(kept.Lake.Store.LocalPath(kept.Table.Path)!, "date=2026-11-19"), "*.parquet", SearchOption.AllDirectories).Any());
        Assert.Equal(900, (await kept.RowsAsync()).Count);
    }

    [Fact]
    public async Task Vacuum_leaves_what_went_before_a_hold_was_placed_until_it_is_lifted()
    {
        using var kept = await FourDaysAsync();
        var keeper = kept.Keeper();
        await keeper.SetRetentionAsync(kept.Table, RetentionRule.Parse("2d"), Ann, Token);
        await keeper.ExpireAsync(kept.Table, dryRun: false, Token);
        await keeper.PlaceHoldAsync(kept.Table, new LegalHold("late", new DateTimeOffset(2026, 11, 19, 0, 0, 0, TimeSpan.Zero), null) { By = Ann }, Token);
        var options = new VacuumOptions { Mode = VacuumMode.Lite };
        kept.Pass(TimeSpan.FromDays(9));

        Assert.Equal(0, (await keeper.VacuumAsync(kept.Table, options, Token)).Files);
        await keeper.LiftHoldAsync(kept.Table, "late", Ann, Token);
        Assert.Equal(1, (await keeper.VacuumAsync(kept.Table, options, Token)).Files);
    }

    [Fact]
    public async Task A_hold_that_is_placed_while_records_are_taken_is_never_passed()
    {
        for (var round = 0; round < 12; round++)
        {
            using var kept = new KeptLake();
            await kept.IngestAsync(KeptLake.Requests(200, seed: round + 1), files: 4);
            var all = (await kept.RowsAsync()).Count;
            var removing = Task.Run(async () =>
            {
                try
                {
                    return (await kept.Keeper().EraseAsync(kept.Table, "EdgeResponseStatus >= 100", Ann, dryRun: false, Token)).Version;
                }
                catch (VarveException fault) when (fault.Detail?.Code == "held")
                {
                    return null;
                }
            });
            await Task.Delay(round * 4, Token);
            await kept.Keeper().PlaceHoldAsync(kept.Table, new LegalHold("all", null, null) { By = Ann }, Token);
            var version = await removing;

            var history = await (await kept.OpenAsync()).HistoryAsync(20, Token);
            var placed = history.First(commit => commit.Info!.Operation == "PLACE HOLD").Version;
            Assert.True(version is null || version < placed, $"version {version} took records away under the hold of version {placed}");
            Assert.Equal(version is null ? all : 0, (await kept.RowsAsync()).Count);
        }
    }

    [Fact]
    public async Task Records_are_taken_and_files_merged_at_once_without_loss()
    {
        using var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(4000), files: 20);
        var before = await kept.RowsAsync();
        var merging = Task.Run(() => kept.Keeper().RunOnceAsync(Token));

        await kept.Keeper().EraseAsync(kept.Table, "EdgeResponseStatus = 200", Ann, dryRun: false, Token);
        await merging;

        Assert.Equal(before.Where(row => !row.Contains("\"EdgeResponseStatus\":200", StringComparison.Ordinal)), await kept.RowsAsync());
    }

    static async Task<KeptLake> FourDaysAsync()
    {
        var kept = new KeptLake();
        for (var day = 3; day >= 0; day--)
            await kept.IngestAsync(KeptLake.Requests(300, seed: day + 1, start: KeptLake.Start.AddDays(-day)), files: 1);
        return kept;
    }

    static string DateOf(string row) => JsonDocument.Parse(row).RootElement.GetProperty("date").GetString()!;

    static DateTimeOffset TimeOf(string row) => DateTimeOffset.Parse(
        JsonDocument.Parse(row).RootElement.GetProperty("EdgeStartTimestamp").GetString()!, null, System.Globalization.DateTimeStyles.AssumeUniversal);
}
