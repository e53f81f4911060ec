using Microsoft.EntityFrameworkCore;
using Varve.Control.Rows;
using Varve.Storage;

namespace Varve.Control;

/// <content>Saved queries, which all of an account share.</content>
public sealed partial class ControlStore
{
    /// <summary>The saved queries of an account, by name.</summary>
    public async Task<IReadOnlyList<SavedQuery>> QueriesAsync(string account, CancellationToken cancellationToken)
    {
        await using var context = NewContext();
        var rows = await context.SavedQueries.AsNoTracking().Where(row => row.Account == account).OrderBy(row => row.NameKey).ToListAsync(cancellationToken);
        return rows.ConvertAll(Read);
    }

    /// <summary>A saved query.</summary>
    /// <exception cref="VarveException">The account has none of this id: <see cref="FaultKind.NotFound"/>.</exception>
    public async Task<SavedQuery> QueryAsync(string account, string id, CancellationToken cancellationToken)
    {
        await using var context = NewContext();
        return Read(await FindAsync(context, account, id, cancellationToken));
    }

    /// <summary>Saves a query.</summary>
    /// <exception cref="VarveException">Its name is taken (<see cref="FaultKind.Conflict"/>), or a limit is reached.</exception>
    public async Task<SavedQuery> SaveQueryAsync(string account, string user, SavedQueryText text, CancellationToken cancellationToken)
    {
        Check(text);
        await using var context = NewContext();
        // One more than the limit may come of two who save at the same moment.
        if (await context.SavedQueries.CountAsync(row => row.Account == account, cancellationToken) >= _limits.SavedQueriesMax)
            throw new VarveException(FaultKind.LimitExceeded, $"The account '{account}' has {_limits.SavedQueriesMax} saved queries, which is the limit: delete one first.");
        var now = _clock.GetUtcNow();
        var row = new SavedQueryRow
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Account = account,
            Name = text.Name.Trim(),
            NameKey = KeyOf(text.Name),
            Description = text.Description,
            View = text.View,
            Version = 1,
            CreatedBy = user,
            CreatedAtMs = Ms(now),
            ChangedBy = user,
            ChangedAtMs = Ms(now),
        };
        context.Add(row);
        await SaveAsync(context, text, cancellationToken);
        return Read(row);
    }

    /// <summary>Changes a saved query.</summary>
    /// <param name="account">The account.</param>
    /// <param name="user">Who changes it.</param>
    /// <param name="id">Which.</param>
    /// <param name="version">The version that is changed; null for whichever there is.</param>
    /// <param name="text">What it says from now on.</param>
    /// <param name="cancellationToken">Stops the change.</param>
    /// <exception cref="VarveException">
    /// There is none of this id (<see cref="FaultKind.NotFound"/>), it was changed meanwhile (<see cref="FaultKind.Conflict"/> with the code <c>precondition_failed</c>), or its name is
    /// taken (<see cref="FaultKind.Conflict"/>).
    /// </exception>
    public async Task<SavedQuery> ChangeQueryAsync(
        string account, string user, string id, long? version, SavedQueryText text, CancellationToken cancellationToken)
    {
        Check(text);
        await using var context = NewContext();
        var row = await FindAsync(context, account, id, cancellationToken);
        CheckVersion(row, version);
        (row.Name, row.NameKey, row.Description, row.View) = (text.Name.Trim(), KeyOf(text.Name), text.Description, text.View);
        (row.Version, row.ChangedBy, row.ChangedAtMs) = (row.Version + 1, user, Ms(_clock.GetUtcNow()));
        await SaveAsync(context, text, cancellationToken);
        return Read(row);
    }

    /// <summary>Deletes a saved query.</summary>
    /// <exception cref="VarveException">There is none of this id, or it was changed meanwhile.</exception>
    public async Task DeleteQueryAsync(string account, string id, long? version, CancellationToken cancellationToken)
    {
        await using var context = NewContext();
        var row = await FindAsync(context, account, id, cancellationToken);
        CheckVersion(row, version);
        context.Remove(row);
        await SaveAsync(context, text: null, cancellationToken);
    }

    static async Task<SavedQueryRow> FindAsync(ControlContext context, string account, string id, CancellationToken cancellationToken) =>
        await context.SavedQueries.SingleOrDefaultAsync(row => row.Account == account && row.Id == id, cancellationToken)
            ?? throw new VarveException(FaultKind.NotFound, $"The account '{account}' has no saved query '{id}'.");

    static void CheckVersion(SavedQueryRow row, long? version)
    {
        if (version is { } expected && expected != row.Version)
            throw Changed(row.Name);
    }

    static async Task SaveAsync(ControlContext context, SavedQueryText? text, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Changed(text?.Name ?? "");
        }
        catch (DbUpdateException fault) when (IsTaken(fault))
        {
            throw new VarveException(FaultKind.Conflict, $"There is a saved query called '{text?.Name.Trim()}' already: give this one another name, or change that one.");
        }
    }

    static VarveException Changed(string name) =>
        new(FaultKind.Conflict, $"The saved query '{name}' was changed or deleted meanwhile: read it again, and make the change on that.") { Detail = new FaultDetail("precondition_failed") };

    void Check(SavedQueryText text)
    {
        Check("name", text.Name, _limits.NameLengthMax);
        Check("description", text.Description, _limits.DescriptionLengthMax, mayBeEmpty: true);
        Check("view", text.View, _limits.ViewLengthMax);
    }

    static string KeyOf(string name) => name.Trim().ToLowerInvariant();

    static SavedQuery Read(SavedQueryRow row) => new(
        row.Id, row.Account, new SavedQueryText(row.Name, row.Description, row.View), row.Version, row.CreatedBy, Instant(row.CreatedAtMs), row.ChangedBy,
        Instant(row.ChangedAtMs));
}
