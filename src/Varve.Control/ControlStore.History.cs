using Microsoft.EntityFrameworkCore;
using Varve.Control.Rows;

namespace Varve.Control;

/// <content>The queries that a user ran in an account.</content>
public sealed partial class ControlStore
{
    /// <summary>Notes a query. The oldest beyond <see cref="ControlLimits.HistoryMax"/> go.</summary>
    public async Task NoteAsync(string account, string user, HistoryEntry entry, CancellationToken cancellationToken)
    {
        await using var context = NewContext();
        context.Add(new HistoryRow
        {
            Account = account,
            User = user,
            Sql = entry.Sql.Length <= _limits.ViewLengthMax ? entry.Sql : entry.Sql[.._limits.ViewLengthMax],
            Zone = entry.Zone,
            FromMs = entry.From is { } from ? Ms(from) : null,
            ToMs = entry.To is { } to ? Ms(to) : null,
            AtMs = Ms(entry.At),
            Milliseconds = entry.Milliseconds,
            Rows = entry.Rows,
            Outcome = entry.Outcome,
            Rerun = entry.Rerun is { } rerun && rerun.Length <= _limits.ViewLengthMax ? rerun : null,
        });
        await context.SaveChangesAsync(cancellationToken);
        var own = context.History.Where(row => row.Account == account && row.User == user);
        var oldest = await own.OrderByDescending(row => row.Number).Skip(_limits.HistoryMax).Select(row => (long?)row.Number).FirstOrDefaultAsync(cancellationToken);
        if (oldest is { } last)
            await own.Where(row => row.Number <= last).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>A part of the history, the newest first.</summary>
    /// <param name="account">The account.</param>
    /// <param name="user">Whose.</param>
    /// <param name="before">Only entries before this number; null for the newest.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<NumberedEntry>> HistoryAsync(string account, string user, long? before, int count, CancellationToken cancellationToken)
    {
        await using var context = NewContext();
        var rows = await context.History.AsNoTracking().Where(row => row.Account == account && row.User == user && (before == null || row.Number < before))
            .OrderByDescending(row => row.Number).Take(count).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new NumberedEntry(row.Number, new HistoryEntry(
            row.Sql, row.Zone, row.FromMs is { } from ? Instant(from) : null, row.ToMs is { } to ? Instant(to) : null, Instant(row.AtMs), row.Milliseconds, row.Rows,
            row.Outcome, row.Rerun)));
    }

    /// <summary>Forgets the history of a user in an account.</summary>
    public async Task ForgetAsync(string account, string user, CancellationToken cancellationToken)
    {
        await using var context = NewContext();
        await context.History.Where(row => row.Account == account && row.User == user).ExecuteDeleteAsync(cancellationToken);
    }
}
