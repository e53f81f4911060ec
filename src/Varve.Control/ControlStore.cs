using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Varve.Control.Rows;
using Varve.Storage;

namespace Varve.Control;

/// <summary>What people keep beside the logs: the door of this project. Safe to call from many threads and from several processes.</summary>
public sealed partial class ControlStore
{
    const int UniqueViolation = 19;
    static readonly TimeSpan MigrationMax = TimeSpan.FromMinutes(1);

    readonly DbContextOptions<ControlContext> _options;
    readonly ControlLimits _limits;
    readonly TimeProvider _clock;

    ControlStore(DbContextOptions<ControlContext> options, ControlLimits limits, TimeProvider clock) => (_options, _limits, _clock) = (options, limits, clock);

    /// <summary>Opens the database, makes it when it is not there, and brings an older one up to date.</summary>
    /// <param name="file">The file of the database.</param>
    /// <param name="limits">What may be kept.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="VarveException">It is no such database, a newer version wrote it, or it cannot be opened.</exception>
    public static async Task<ControlStore> OpenAsync(string file, ControlLimits limits, TimeProvider clock, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var connection = new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, DefaultTimeout = 10 }.ToString();
        var store = new ControlStore(new DbContextOptionsBuilder<ControlContext>().UseSqlite(connection).Options, limits, clock);
        try
        {
            await using var context = store.NewContext();
            var known = context.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
            if ((await context.Database.GetAppliedMigrationsAsync(cancellationToken)).FirstOrDefault(name => !known.Contains(name)) is { } newer)
                throw new VarveException(FaultKind.Invalid, $"The database {file} was written by a newer version of Varve (it has {newer}): run that version, or restore the file from before the upgrade.");
            await UpdateAsync(context, file, cancellationToken);
            // Readers do not wait for the writer, nor the writer for them.
            await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
        }
        catch (SqliteException fault)
        {
            throw new VarveException(FaultKind.Unavailable, $"The database {file} cannot be opened: {fault.Message}. Look at the file and its folder; without it nothing of the logs is lost.", fault);
        }

        return store;
    }

    /// <summary>Brings the database up to date when it is not. Processes take turns by a row in it, which one that was killed leaves behind.</summary>
    static async Task UpdateAsync(ControlContext context, string file, CancellationToken cancellationToken)
    {
        if (!(await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            return;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(MigrationMax);
        try
        {
            await context.Database.MigrateAsync(late.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VarveException(
                FaultKind.Unavailable,
                $"The database {file} was not brought up to date within {MigrationMax.TotalSeconds:0} s, since another process is at it. If there is none (one may have been killed), delete the row in its table __EFMigrationsLock.");
        }
    }

    ControlContext NewContext() => new(_options);

    static bool IsTaken(DbUpdateException fault) => fault.InnerException is SqliteException { SqliteErrorCode: UniqueViolation };

    static void Check(string what, string text, int lengthMax, bool mayBeEmpty = false)
    {
        if (!mayBeEmpty && string.IsNullOrWhiteSpace(text))
            throw new VarveException(FaultKind.Invalid, $"The {what} is empty: give one.");
        if (text.Length > lengthMax)
            throw new VarveException(FaultKind.LimitExceeded, $"The {what} has {text.Length} characters; at most {lengthMax} are kept.");
    }

    static long Ms(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    static DateTimeOffset Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
