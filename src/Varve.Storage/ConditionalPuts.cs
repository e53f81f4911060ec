using System.Text;

namespace Varve.Storage;

/// <summary>A question to a store whose server is not known to be fit for tables.</summary>
public static class ConditionalPuts
{
    /// <summary>
    /// Puts one small object twice on condition that it is absent, and deletes it: the second put has to find it there. A server that does
    /// not look at the condition is <see cref="FaultKind.Invalid"/>, for two commits at once would lose one of them. A folder of this
    /// machine is not asked.
    /// </summary>
    public static async Task CheckConditionalPutsAsync(this IObjectStore store, CancellationToken cancellationToken)
    {
        var path = $".varve/conditional-put-{Guid.NewGuid():N}";
        if (store.LocalPath(path) is not null)
            return;
        var content = Encoding.UTF8.GetBytes("Varve looks whether this server honours If-None-Match. The file may be deleted.");
        try
        {
            var first = await store.PutIfAbsentAsync(path, content, cancellationToken);
            var second = await store.PutIfAbsentAsync(path, content, cancellationToken);
            if (first == PutOutcome.Unknown || second == PutOutcome.Unknown)
                throw new VarveException(FaultKind.Unavailable, $"The store {store.Root} does not answer conditional puts: whether it can hold tables is not known. Try again later.");
            if (first != PutOutcome.Created || second != PutOutcome.Exists)
                throw new VarveException(FaultKind.Invalid,
                    $"The store {store.Root} cannot hold tables: its server ignores If-None-Match on a put, so of two commits at once one would be lost. "
                    + "Use a server that honours it (AWS S3, Cloudflare R2, Ceph, MinIO from 2024-08 on).");
        }
        finally
        {
            await DeleteAsync(store, path);
        }
    }

    static async Task DeleteAsync(IObjectStore store, string path)
    {
        try
        {
            await store.DeleteAsync(path, CancellationToken.None);
        }
        catch (VarveException)
        {
            // A small file stays; the answer to the question is what counts.
        }
    }
}
