using System.Text.RegularExpressions;
using Varve.Storage;

namespace Varve.Maintenance.Rules;

/// <summary>Who does something to a table, and why: it stands in the table's history.</summary>
/// <param name="Who">A name, as people sign in.</param>
/// <param name="Reason">Why, in their words.</param>
public sealed record Actor(string Who, string Reason)
{
    /// <summary>Most characters of each.</summary>
    public const int LengthMax = 1000;

    /// <summary>Refuses an empty or overlong one.</summary>
    /// <exception cref="VarveException">It is: <see cref="FaultKind.Invalid"/>.</exception>
    public Actor Checked(bool needsReason)
    {
        if (string.IsNullOrWhiteSpace(Who) || Who.Length > LengthMax)
            throw new VarveException(FaultKind.Invalid, $"Say who does it, in 1 to {LengthMax} characters.");
        if (Reason.Length > LengthMax || (needsReason && string.IsNullOrWhiteSpace(Reason)))
            throw new VarveException(FaultKind.Invalid, $"Give the reason, in {(needsReason ? 1 : 0)} to {LengthMax} characters.");
        return this;
    }
}

/// <summary>Records that may not go, whatever retention and erasure say, until the hold is lifted.</summary>
/// <param name="Name">What it is called: 1 to 64 letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</param>
/// <param name="From">The first time that it covers; null: from the first record on.</param>
/// <param name="To">The time at which it ends; null: it goes on.</param>
public sealed partial record LegalHold(string Name, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>A condition on records, as <see cref="Varve.Delta.Pruning.PredicateText"/> reads it; null: every record of the time.</summary>
    public string? Where { get; init; }

    /// <summary>Who placed it, and why.</summary>
    public Actor By { get; init; } = new("", "");

    /// <summary>When it was placed.</summary>
    public DateTimeOffset PlacedAt { get; init; }

    /// <summary>Whether it may cover a record of a span of time, its ends included.</summary>
    public bool Overlaps(DateTimeOffset begin, DateTimeOffset end) => (From is null || end >= From) && (To is null || begin < To);

    /// <summary>Refuses a hold that cannot be.</summary>
    /// <exception cref="VarveException">Its name is none, or it ends before it begins: <see cref="FaultKind.Invalid"/>.</exception>
    public LegalHold Checked()
    {
        if (!NamePattern().IsMatch(Name))
            throw new VarveException(FaultKind.Invalid, $"'{Name}' cannot be the name of a hold: use 1 to 64 letters, digits, '.', '_' and '-'.");
        if (From >= To)
            throw new VarveException(FaultKind.Invalid, $"The hold {Name} ends ({To:O}) before it begins ({From:O}): exchange them.");
        By.Checked(needsReason: true);
        return this;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex NamePattern();
}
