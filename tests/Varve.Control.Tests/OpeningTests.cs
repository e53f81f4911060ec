using Microsoft.Data.Sqlite;
using Varve.Storage;

namespace Varve.Control.Tests;

public sealed class OpeningTests : IDisposable
{
    readonly Notebook _notebook = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _notebook.Dispose();

    [Fact]
    public async Task Several_may_open_a_new_database_at_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _notebook.OpenAsync()));

        await Task.WhenAll(stores.Select((store, number) => store.SetPreferenceAsync($"u{number}", "a", "b", Token)));

        Assert.Single(await stores[0].PreferencesAsync("u3", Token));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_stays_as_it_is()
    {
        await _notebook.OpenAsync();
        await using (var connection = new SqliteConnection($"Data Source={_notebook.File}"))
        {
            await connection.OpenAsync(Token);
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO __EFMigrationsHistory VALUES ('99991231000000_Future', '99.0')";
            await command.ExecuteNonQueryAsync(Token);
        }

        var fault = await Assert.ThrowsAsync<VarveException>(() => _notebook.OpenAsync());

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("newer version", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_database_is_refused_with_its_name()
    {
        await File.WriteAllTextAsync(_notebook.File, new string('x', 5_000), Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => _notebook.OpenAsync());

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("control.db", fault.Message, StringComparison.Ordinal);
    }
}
