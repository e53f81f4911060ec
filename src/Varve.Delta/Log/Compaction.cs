using Varve.Delta.Actions;

namespace Varve.Delta.Log;

/// <summary>The content of a compaction: what a range of commits leaves. Delta protocol: "Log Compaction Files".</summary>
static class Compaction
{
    /// <summary>False when it holds two lines of one key: which of them is the newer cannot be known.</summary>
    public static bool IsReconciled(IEnumerable<LogLine> lines)
    {
        var keys = new HashSet<object>();
        foreach (var line in lines)
            if (KeyOf(line) is { } key && !keys.Add(key))
                return false;
        return true;
    }

    /// <summary>
    /// Takes the actions of one more commit: of each key the newest stays, tombstones and removed domains too, for they undo what lies before
    /// the range. What has no key, as a commitInfo, is left out.
    /// </summary>
    public static void Apply(Dictionary<object, LogLine> state, IReadOnlyList<LogLine> commit)
    {
        // A commit has no order: a remove and an add of one file mean that it is there.
        foreach (var line in commit.OrderBy(line => line.Add is null ? 0 : 1))
            if (KeyOf(line) is { } key)
                state[key] = line;
    }

    /// <summary>The lines in the order of a checkpoint: what is not about files first.</summary>
    public static List<LogLine> InOrder(IEnumerable<LogLine> lines) =>
        [.. lines.OrderBy(Rank).ThenBy(line => line.Add?.Path ?? line.Remove?.Path ?? line.Txn?.AppId ?? line.DomainMetadata?.Domain,
            StringComparer.Ordinal)];

    static int Rank(LogLine line) => line switch
    {
        { Protocol: not null } => 0,
        { MetaData: not null } => 1,
        { Txn: not null } => 2,
        { DomainMetadata: not null } => 3,
        { Add: not null } => 4,
        _ => 5,
    };

    static object? KeyOf(LogLine line) =>
        line.Add is { } add ? LogicalFile.Of(add)
        : line.Remove is { } remove ? LogicalFile.Of(remove)
        : line.Txn is { } txn ? ("txn", txn.AppId)
        : line.DomainMetadata is { } domain ? ("domain", domain.Domain)
        : line.MetaData is not null ? "metaData"
        : line.Protocol is not null ? "protocol"
        : null;
}
