using Varve.Delta.Index;

namespace Varve.Query.Planning;

/// <summary>What the side index gave for one query.</summary>
/// <param name="FilesLeftOut">Files that it left out, beyond what statistics did.</param>
/// <param name="Requests">Requests to the store for it.</param>
/// <param name="Bytes">Bytes that these gave.</param>
/// <param name="Unusable">Index files that are damaged or could not be read: their files were kept.</param>
public sealed record IndexUse(int FilesLeftOut, int Requests, long Bytes, int Unusable)
{
    /// <summary>Nothing was asked of it.</summary>
    public static IndexUse None { get; } = new(0, 0, 0, 0);

    /// <summary>What two places of a statement gave together.</summary>
    public static IndexUse operator +(IndexUse one, IndexUse other) =>
        new(one.FilesLeftOut + other.FilesLeftOut, one.Requests + other.Requests, one.Bytes + other.Bytes, one.Unusable + other.Unusable);
}

/// <summary>Leaves out files whose side index says that they have none of the texts that an <c>=</c> or <c>IN</c> wants.</summary>
/// <param name="indexes">Reads the side indexes.</param>
/// <param name="packs">Reads those that are grouped.</param>
/// <param name="readsMax">Side indexes that are read at once.</param>
sealed class IndexPruner(FileIndexReader indexes, IndexPackReader packs, int readsMax)
{
    /// <summary>Files of a query that are looked at first: when none of them has such a column in its index, the others are not asked.</summary>
    public const int SampleFiles = 16;

    /// <summary>Takes files out of the list.</summary>
    public async Task<IndexUse> LeaveOutAsync(List<KeptFile> kept, IReadOnlyList<BoundPredicate> predicates, CancellationToken cancellationToken)
    {
        var probes = predicates.Where(predicate => predicate.Operator is "=" or "in" && predicate.Values.All(value => value is string))
            .Select(predicate => ValueProbe.ForTexts(predicate.Column, predicate.Values.Cast<string>())).ToList();
        if (probes.Count == 0 || kept.Count == 0)
            return IndexUse.None;
        var answers = new FileIndexAnswer?[kept.Count];
        var (packRequests, packBytes) = await AskPacksAsync(kept, probes, answers, cancellationToken);
        var open = Enumerable.Range(0, kept.Count).Where(file => answers[file] is null).ToList();
        // Which columns have an index, only the indexes know. They are spread, since settings may have changed with time.
        var sample = Enumerable.Range(0, Math.Min(SampleFiles, open.Count)).Select(number => open[(int)((long)number * open.Count / Math.Min(SampleFiles, open.Count))]).ToList();
        await AskAsync(sample);
        if (sample.Any(file => answers[file] is { HasColumn: true }))
            await AskAsync(open.Where(file => answers[file] is null));
        var asked = answers.OfType<FileIndexAnswer>().ToList();
        var total = kept.Count;
        var left = kept.Where((_, file) => answers[file] is not { MayMatch: false }).ToList();
        kept.Clear();
        kept.AddRange(left);
        return new IndexUse(
            total - left.Count, packRequests + asked.Sum(answer => answer.Requests), packBytes + asked.Sum(answer => answer.Bytes),
            asked.Count(answer => answer.IsUnusable));

        Task AskAsync(IEnumerable<int> files) => Parallel.ForEachAsync(
            files.ToList(),
            new ParallelOptions { MaxDegreeOfParallelism = readsMax, CancellationToken = cancellationToken },
            async (file, token) => answers[file] = await indexes.AskAsync(kept[file].Table.Name.Path, kept[file].Key, kept[file].SizeBytes, probes, token));
    }

    async Task<(int Requests, long Bytes)> AskPacksAsync(
        List<KeptFile> kept, IReadOnlyList<ValueProbe> probes, FileIndexAnswer?[] answers, CancellationToken cancellationToken)
    {
        var (requests, bytes) = (0, 0L);
        foreach (var table in Enumerable.Range(0, kept.Count).GroupBy(file => kept[file].Table.Name.Path))
        {
            var files = table.ToList();
            var (mayMatch, asked, read) = await packs.AskAsync(table.Key, files.ConvertAll(file => (kept[file].Key, kept[file].SizeBytes)), probes, cancellationToken);
            (requests, bytes) = (requests + asked, bytes + read);
            for (var i = 0; i < files.Count; i++)
                if (mayMatch[i] is { } may)
                    answers[files[i]] = new FileIndexAnswer(may, HasColumn: true, IsUnusable: false, 0, 0);
        }

        return (requests, bytes);
    }
}
