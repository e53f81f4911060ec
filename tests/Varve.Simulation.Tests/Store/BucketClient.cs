using System.Runtime.CompilerServices;
using Varve.Simulation.Tests.Scheduling;
using Varve.Storage;

namespace Varve.Simulation.Tests.Store;

/// <summary>
/// The bucket as one machine reaches it: each request takes time on its way there and back, may go wrong, and may be the last that the
/// machine makes. A request that was sent is carried out whether or not its sender still lives.
/// </summary>
sealed class BucketClient(Bucket bucket, Machine machine, Scheduler scheduler, Weather weather, Trace trace) : IObjectStore
{
    // Small, so that tables change while they are listed.
    const int PageObjects = 8;

    /// <inheritdoc/>
    public string Root => "sim://";

    /// <summary>Requests that the machine has made.</summary>
    public int Requests { get; private set; }

    /// <inheritdoc/>
    public string? LocalPath(string path) => null;

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) =>
        CallAsync("read", path, weather.OfOther(), () => bucket.Read(path), static content => content is null ? "none" : "found", cancellationToken);

    /// <inheritdoc/>
    public async Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken) =>
        (await ReadAsync(path, cancellationToken))?.Skip((int)offset).Take(length).ToArray();

    /// <inheritdoc/>
    public async Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken) =>
        (await ReadAsync(path, cancellationToken))?.TakeLast(length).ToArray();

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken) =>
        CallAsync("head", path, weather.OfOther(), () => bucket.Head(path), static info => info is null ? "none" : "found", cancellationToken);

    /// <inheritdoc/>
    public Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var bytes = content.ToArray();
        var fault = weather.OfPutIfAbsent();
        return CallAsync("create", path, fault, () => Land(path, bytes, fault), static outcome => outcome.ToString(), cancellationToken);
    }

    /// <inheritdoc/>
    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var bytes = content.ToArray();
        return CallAsync("put", path, weather.OfOther(), () => Done(() => bucket.Put(path, bytes)), static _ => "done", cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<ObjectInfo> page;
        do
        {
            var after = startAfter;
            page = await CallAsync("list", $"{prefix} after {after}", weather.OfOther(), () => bucket.List(prefix, after, PageObjects),
                static found => $"{found.Count}", cancellationToken);
            foreach (var info in page)
                yield return info;
            startAfter = page.LastOrDefault()?.Path;
        }
        while (page.Count == PageObjects);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken)
    {
        var folders = new SortedSet<string>(StorePath.Order);
        await foreach (var info in ListAsync(prefix, startAfter: null, cancellationToken))
            if (info.Path.IndexOf('/', prefix.Length) is var end && end > 0)
                folders.Add(info.Path[prefix.Length..end]);
        return [.. folders];
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        CallAsync("delete", path, weather.OfOther(), () => Done(() => bucket.Delete(path)), static _ => "done", cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        // One request, but not one act: it may end after any of them.
        foreach (var some in paths.Chunk(3))
            await CallAsync("delete", string.Join(' ', some), weather.OfOther(), () => Done(() => Array.ForEach(some, bucket.Delete)), static _ => "done", cancellationToken);
    }

    async Task<T> CallAsync<T>(string verb, string path, StoreFault fault, Func<T> land, Func<T, string> show, CancellationToken cancellationToken)
    {
        await machine.GoOnAsync();
        cancellationToken.ThrowIfCancellationRequested();
        Requests++;
        if (weather.Kills())
        {
            trace.Add(machine.Name, $"dies at {verb} {path}");
            machine.Kill();
            if (weather.Coin())
                await machine.GoOnAsync();
        }

        await scheduler.DelayAsync(weather.Latency());
        if (fault == StoreFault.FailBefore)
        {
            trace.Add(machine.Name, $"{verb} {path}: {fault}");
            await AnswerAsync(cancellationToken);
            throw Unavailable(verb, path);
        }

        var result = land();
        trace.Add(machine.Name, $"{verb} {path}: {show(result)}{(fault == StoreFault.None ? "" : $", {fault}")}");
        await AnswerAsync(cancellationToken);
        return fault is StoreFault.FailAfter or StoreFault.FailAndLandLate ? throw Unavailable(verb, path) : result;
    }

    async Task AnswerAsync(CancellationToken cancellationToken)
    {
        await scheduler.DelayAsync(weather.Latency());
        await machine.GoOnAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    PutOutcome Land(string path, byte[] content, StoreFault fault)
    {
        if (fault == StoreFault.LoseRequest)
            return PutOutcome.Unknown;
        if (fault is StoreFault.LandLate or StoreFault.FailAndLandLate)
        {
            scheduler.Schedule(new VirtualTimer(() => trace.Add(machine.Name, $"late create {path}: {bucket.PutIfAbsent(path, content)}")), weather.Lateness());
            return PutOutcome.Unknown;
        }

        var created = bucket.PutIfAbsent(path, content);
        return fault switch
        {
            StoreFault.LoseAnswer => PutOutcome.Unknown,
            StoreFault.FindItself => PutOutcome.Exists,
            _ => created ? PutOutcome.Created : PutOutcome.Exists,
        };
    }

    static bool Done(Action act)
    {
        act();
        return true;
    }

    static VarveException Unavailable(string verb, string path) => new(FaultKind.Unavailable, $"The store does not answer ({verb} {path}).");
}
