using Varve.Query.Planning;

namespace Varve.Query;

/// <summary>What a statement would read, and why not less; nothing of it is read but logs and side indexes.</summary>
public sealed record QueryEstimate
{
    /// <summary>The tables, with the versions that would be read.</summary>
    public required IReadOnlyList<PlannedTable> Tables { get; init; }

    /// <summary>Files of the tables.</summary>
    public required int FilesTotal { get; init; }

    /// <summary>Files that would be read.</summary>
    public required int FilesRead { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long BytesTotal { get; init; }

    /// <summary>Bytes that are expected to be read: of the files that are, the share of the columns that are needed.</summary>
    public required long BytesExpected { get; init; }

    /// <summary>Requests for data files that are expected when nothing is here yet; 0 when the store is a folder of this machine.</summary>
    public required long RequestsExpected { get; init; }

    /// <summary>How long it is expected to take, in milliseconds, by what the last queries took; waiting for a turn is not counted.</summary>
    public required double MillisecondsExpected { get; init; }

    /// <summary>True when it would run apart from the light ones.</summary>
    public required bool IsHeavy { get; init; }

    /// <summary>True when the answer is known already.</summary>
    public required bool IsCached { get; init; }

    /// <summary>Each place of the statement that names a dataset.</summary>
    public required IReadOnlyList<PlaceEstimate> Places { get; init; }
}

/// <summary>What is read in one place of a statement.</summary>
/// <param name="Dataset">The dataset that it names.</param>
/// <param name="Columns">The columns that are read.</param>
/// <param name="FilesTotal">Files of the dataset's tables.</param>
/// <param name="FilesRead">Files that are read.</param>
/// <param name="Notes">What else leaves files out: the side index, the newest rows, counts that the log has.</param>
/// <param name="Conditions">Each condition by itself.</param>
public sealed record PlaceEstimate(
    string Dataset, IReadOnlyList<string> Columns, int FilesTotal, int FilesRead, IReadOnlyList<string> Notes, IReadOnlyList<ConditionEstimate> Conditions);

/// <summary>What a condition does.</summary>
/// <param name="Text">The condition.</param>
/// <param name="FilesLeftOut">Files that statistics leave out for it alone.</param>
/// <param name="Why">Why these, and why not more.</param>
public sealed record ConditionEstimate(string Text, int FilesLeftOut, string Why);
