using System.Text.Json;
using Varve.Delta.Actions;

namespace Varve.Delta.Tests;

/// <summary>A snapshot as text, to compare two of them.</summary>
static class State
{
    /// <summary>All that a checkpoint keeps: it forgets removed domains, and whether an add changed data.</summary>
    public static string Of(Snapshot snapshot)
    {
        var lines = new List<string> { $"version {snapshot.Version}, time {snapshot.CommitTimestampMs}" };
        lines.Add(Json(new LogLine { Protocol = snapshot.Protocol }));
        lines.Add(Json(new LogLine { MetaData = snapshot.Metadata with { Configuration = new SortedDictionary<string, string>(snapshot.Metadata.Configuration.ToDictionary()) } }));
        lines.AddRange(snapshot.Files.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key} = {Json(new LogLine { Add = pair.Value with { DataChange = false } })}"));
        lines.AddRange(snapshot.Tombstones.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal)
            .Select(pair => $"{pair.Key} = {Json(new LogLine { Remove = pair.Value })}"));
        lines.AddRange(snapshot.Transactions.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Json(new LogLine { Txn = pair.Value })));
        lines.AddRange(snapshot.Domains.Where(pair => !pair.Value.Removed).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => Json(new LogLine { DomainMetadata = pair.Value })));
        return string.Join('\n', lines);
    }

    static string Json(LogLine line) => JsonSerializer.Serialize(line, ActionJsonContext.Default.LogLine);
}
