using Microsoft.Extensions.Time.Testing;
using Varve.TestKit;

namespace Varve.Control.Tests;

/// <summary>A control database in a folder of its own.</summary>
sealed class Notebook : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    public string File => _folder.At("control.db");

    public Task<ControlStore> OpenAsync(ControlLimits? limits = null) =>
        ControlStore.OpenAsync(File, limits ?? new ControlLimits(), Clock, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        // The connections of the pool hold the file.
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }
}
