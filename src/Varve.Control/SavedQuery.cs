namespace Varve.Control;

/// <summary>What a saved query says.</summary>
/// <param name="Name">Its name, which no other of the account has, in any case.</param>
/// <param name="Description">What it is for; empty when that is not said.</param>
/// <param name="View">The view, as the search part of the page's address: dataset, time, filters or statement, columns.</param>
public sealed record SavedQueryText(string Name, string Description, string View);

/// <summary>A saved query.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Text">What it says.</param>
/// <param name="Version">1 at first, one more with each change.</param>
/// <param name="CreatedBy">Who saved it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ChangedBy">Who changed it last.</param>
/// <param name="ChangedAt">When.</param>
public sealed record SavedQuery(
    string Id, string Account, SavedQueryText Text, long Version, string CreatedBy, DateTimeOffset CreatedAt, string ChangedBy, DateTimeOffset ChangedAt);
