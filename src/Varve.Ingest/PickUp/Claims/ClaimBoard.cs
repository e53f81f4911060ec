using System.Globalization;
using Varve.Ingest.PickUp.State;
using Varve.Storage;

namespace Varve.Ingest.PickUp.Claims;

/// <summary>
/// Claims on objects, so that two workers seldom do the same one. A claim is made by creating the object <c>id.n</c>; it is taken over, renewed and let
/// go by creating the next number or deleting. That nothing is stored twice never depends on it.
/// </summary>
sealed class ClaimBoard(IObjectStore store, JobFiles files, PickUpLimits limits, TimeProvider clock, WorkerIdentity me)
{
    const string Suffix = ".json";

    /// <summary>Ids of the objects that were claimed when this was asked.</summary>
    public async Task<HashSet<string>> ListAsync(CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var info in store.ListAsync(files.Claims, null, cancellationToken))
            if (Parse(info.Path) is { } name)
                ids.Add(name.Id);
        return ids;
    }

    /// <summary>Claims the object; null when another worker has it.</summary>
    public async Task<Claim?> TryTakeAsync(string id, CancellationToken cancellationToken)
    {
        var numbers = await NumbersAsync(id, cancellationToken);
        if (numbers.Count == 0)
            return await CreateAsync(id, 1, clock.GetUtcNow(), isInherited: false, cancellationToken);
        var path = PathOf(id, numbers[^1]);
        // What is gone by now was let go: the next look will show why.
        if (await store.ReadAsync(path, cancellationToken) is not { } content)
            return null;
        var held = JobFiles.Read<ClaimContent>(path, content);
        if (!held.IsFree && held.At + limits.Lease > clock.GetUtcNow() && !me.KnowsAsGone(held.Worker))
            return null;
        var claim = await CreateAsync(id, numbers[^1] + 1, held.Since, isInherited: true, cancellationToken);
        if (claim is not null)
            await store.DeleteManyAsync([.. numbers.Select(number => PathOf(id, number))], cancellationToken);
        return claim;
    }

    /// <summary>Makes the lease begin anew; nothing happens when another has taken the claim over.</summary>
    public async Task RenewAsync(Claim claim, CancellationToken cancellationToken)
    {
        var outcome = await PutAsync(claim.Id, claim.Number + 1, claim.Since, isFree: false, cancellationToken);
        claim.MayHaveNext = outcome == PutOutcome.Unknown;
        if (outcome != PutOutcome.Created)
            return;
        await store.DeleteAsync(PathOf(claim.Id, claim.Number), cancellationToken);
        claim.Number++;
    }

    /// <summary>Lets go of an object of which it is known how the attempt ended.</summary>
    public Task ReleaseAsync(Claim claim, CancellationToken cancellationToken) => store.DeleteManyAsync(
        claim.MayHaveNext ? [PathOf(claim.Id, claim.Number), PathOf(claim.Id, claim.Number + 1)] : [PathOf(claim.Id, claim.Number)], cancellationToken);

    /// <summary>Lets go of an object that may have been stored by an attempt that broke off: that is remembered.</summary>
    public async Task LeaveAsync(Claim claim, CancellationToken cancellationToken)
    {
        // After a renewal whose answer was lost, the next number may be there and not be free: its lease ends.
        if (await PutAsync(claim.Id, claim.Number + 1, claim.Since, isFree: true, cancellationToken) != PutOutcome.Unknown)
            await store.DeleteAsync(PathOf(claim.Id, claim.Number), cancellationToken);
    }

    /// <summary>Deletes claims that are so old that their objects are no longer there: others would have been taken over.</summary>
    public async Task CleanAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        var old = new List<string>();
        await foreach (var info in store.ListAsync(files.Claims, null, cancellationToken))
            if (info.LastModified < clock.GetUtcNow() - age)
                old.Add(info.Path);
        await store.DeleteManyAsync(old, cancellationToken);
    }

    async Task<Claim?> CreateAsync(string id, long number, DateTimeOffset since, bool isInherited, CancellationToken cancellationToken) =>
        await PutAsync(id, number, since, isFree: false, cancellationToken) == PutOutcome.Created ? new Claim(id, number, since, isInherited) : null;

    async Task<PutOutcome> PutAsync(string id, long number, DateTimeOffset since, bool isFree, CancellationToken cancellationToken)
    {
        var path = PathOf(id, number);
        var content = JobFiles.Write(new ClaimContent(me, clock.GetUtcNow(), since, isFree));
        var outcome = await store.PutIfAbsentAsync(path, content, cancellationToken);
        return outcome != PutOutcome.Unknown ? outcome
            : await store.ReadAsync(path, cancellationToken) is { } there && there.AsSpan().SequenceEqual(content) ? PutOutcome.Created
            : PutOutcome.Unknown;
    }

    async Task<List<long>> NumbersAsync(string id, CancellationToken cancellationToken)
    {
        var numbers = new List<long>();
        await foreach (var info in store.ListAsync(files.Claims, $"{files.Claims}{id}.", cancellationToken))
        {
            if (Parse(info.Path) is not { } name || name.Id != id)
                break;
            numbers.Add(name.Number);
        }

        return numbers;
    }

    (string Id, long Number)? Parse(string path)
    {
        var parts = path[files.Claims.Length..].Split('.');
        return parts is [var id, var digits, "json"] && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (id, number) : null;
    }

    string PathOf(string id, long number) => string.Create(CultureInfo.InvariantCulture, $"{files.Claims}{id}.{number:D8}{Suffix}");
}
