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

    static object? KeyOf(LogLine line) =>
        line.Add is { } add ? LogicalFile.Of(add)
        : line.Remove is { } remove ? LogicalFile.Of(remove)
        : line.Txn is { } txn ? ("txn", txn.AppId)
        : line.DomainMetadata is { } domain ? ("domain", domain.Domain)
        : line.MetaData is not null ? "metaData"
        : line.Protocol is not null ? "protocol"
        : null;
}
