using Microsoft.EntityFrameworkCore;
using Varve.Control.Rows;
using Varve.Storage;

namespace Varve.Control;

/// <content>What a user likes: a text by its name, which only the page has to understand.</content>
public sealed partial class ControlStore
{
    /// <summary>All preferences of a user.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PreferencesAsync(string user, CancellationToken cancellationToken)
    {
        await using var context = NewContext();
        return await context.Preferences.AsNoTracking().Where(row => row.User == user).ToDictionaryAsync(row => row.Name, row => row.Value, cancellationToken);
    }

    /// <summary>Sets a preference, or takes it back with null.</summary>
    /// <exception cref="VarveException">It is too large, or there are too many: <see cref="FaultKind.LimitExceeded"/>.</exception>
    public async Task SetPreferenceAsync(string user, string name, string? value, CancellationToken cancellationToken)
    {
        Check("name of the preference", name, _limits.PreferenceNameLengthMax);
        Check("value of the preference", value ?? "", _limits.PreferenceLengthMax, mayBeEmpty: true);
        await using var context = NewContext();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var own = context.Preferences.Where(row => row.User == user);
        if (value is null)
            await own.Where(row => row.Name == name).ExecuteDeleteAsync(cancellationToken);
        else if (await own.Where(row => row.Name == name).ExecuteUpdateAsync(row => row.SetProperty(each => each.Value, value), cancellationToken) == 0)
        {
            if (await own.CountAsync(cancellationToken) >= _limits.PreferencesMax)
                throw new VarveException(FaultKind.LimitExceeded, $"There are {_limits.PreferencesMax} preferences already, which is the limit.");
            context.Add(new PreferenceRow { User = user, Name = name, Value = value });
            await context.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
