using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Varve.Simulation.Tests.Model;
using Varve.Storage;

namespace Varve.Simulation.Tests.Mutations;

/// <summary>How a store, or a library as seen from its store, is broken.</summary>
enum Break
{
    /// <summary>A put of a commit that finds one replaces it, and says that it made it.</summary>
    TwoWin,

    /// <summary>A put whose answer was lost is taken for done.</summary>
    UnknownIsCreated,

    /// <summary>A commit that is there already is taken for one's own.</summary>
    ExistsIsCreated,

    /// <summary>Removes are not seen.</summary>
    RemovesAreIgnored,

    /// <summary>Numbers of applications are not seen.</summary>
    TransactionsAreIgnored,

    /// <summary>Commits get the time of the writer's clock alone.</summary>
    TimesAreNotRaised,

    /// <summary>A listing lacks its last commit.</summary>
    ListingIsStale,

    /// <summary>A read of a commit that was just written may find nothing.</summary>
    ReadIsStale,

    /// <summary>A checkpoint holds what the one before held.</summary>
    CheckpointIsOld,
}

/// <summary>A store that is broken in one way.</summary>
sealed partial class BrokenStore(IObjectStore inner, Random random, Break how) : StoreWrapper(inner)
{
    byte[]? _checkpoint;

    /// <inheritdoc/>
    public override async Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var isCommit = LogFolder.Commit(path) is not null;
        if (how == Break.TimesAreNotRaised && isCommit)
            content = Encoding.UTF8.GetBytes(WithOwnTime(Encoding.UTF8.GetString(content.Span)));
        if (how == Break.CheckpointIsOld && LogFolder.Checkpoint(path) is not null)
            (content, _checkpoint) = (_checkpoint ?? content, content.ToArray());
        var outcome = await Inner.PutIfAbsentAsync(path, content, cancellationToken);
        if (outcome == PutOutcome.Exists && isCommit && how == Break.TwoWin)
        {
            await Inner.PutAsync(path, content, cancellationToken);
            return PutOutcome.Created;
        }

        return (outcome, how) is (PutOutcome.Unknown, Break.UnknownIsCreated) or (PutOutcome.Exists, Break.ExistsIsCreated) && isCommit ? PutOutcome.Created : outcome;
    }

    /// <inheritdoc/>
    public override async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var content = await Inner.ReadAsync(path, cancellationToken);
        if (content is null || LogFolder.Commit(path) is null)
            return content;
        return how switch
        {
            Break.ReadIsStale when random.Next(20) == 0 => null,
            Break.RemovesAreIgnored => Without(content, "{\"remove\""),
            Break.TransactionsAreIgnored => Without(content, "{\"txn\""),
            _ => content,
        };
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectInfo? last = null;
        await foreach (var info in Inner.ListAsync(prefix, startAfter, cancellationToken))
        {
            if (how != Break.ListingIsStale || LogFolder.Commit(info.Path) is null)
            {
                yield return info;
                continue;
            }

            if (last is not null)
                yield return last;
            last = info;
        }

        // Without its first version there is no table.
        if (last is not null && LogFolder.Commit(last.Path) == 0)
            yield return last;
    }

    static byte[] Without(byte[] content, string start) => Encoding.UTF8.GetBytes(
        string.Join('\n', Encoding.UTF8.GetString(content).Split('\n').Where(line => !line.StartsWith(start, StringComparison.Ordinal))));

    static string WithOwnTime(string content)
    {
        var own = long.Parse(OwnTime().Match(content).Groups[1].Value, CultureInfo.InvariantCulture);
        return TimeInCommit().Replace(content, $"\"inCommitTimestamp\":{own}", 1);
    }

    [GeneratedRegex("\"timestamp\":(\\d+)")]
    private static partial Regex OwnTime();

    [GeneratedRegex("\"inCommitTimestamp\":\\d+")]
    private static partial Regex TimeInCommit();
}
