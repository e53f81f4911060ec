using Varve.Ingest.PickUp.State;
using Varve.Storage;

namespace Varve.Ingest.PickUp;

/// <summary>What a job's name stands for: made by its first run, and never changed, since what is done is done for one source and one table.</summary>
/// <param name="Source">Address of the source.</param>
/// <param name="Account">The account.</param>
/// <param name="Zone">The zone, as it was given.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Created">When the job was first run.</param>
sealed record JobDefinition(string Source, string Account, string Zone, string Dataset, DateTimeOffset Created)
{
    /// <summary>Makes the job when there is none of this name.</summary>
    /// <exception cref="VarveException">There is one with another source or target.</exception>
    public static async Task CheckAsync(IObjectStore store, JobFiles files, PickUpOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var mine = new JobDefinition(options.Source, options.Target.Account, options.Target.Zone, options.Target.Dataset.Name, clock.GetUtcNow());
        var outcome = await store.PutIfAbsentAsync(files.Definition, JobFiles.Write(mine), cancellationToken);
        if (outcome != PutOutcome.Created)
            await FindAsync(store, files, options, cancellationToken);
    }

    /// <exception cref="VarveException">There is no job of this name, or it has another source or target.</exception>
    public static async Task FindAsync(IObjectStore store, JobFiles files, PickUpOptions options, CancellationToken cancellationToken)
    {
        var content = await store.ReadAsync(files.Definition, cancellationToken) ?? throw new VarveException(
            FaultKind.NotFound, $"There is no job '{options.Job}' in {store.Root}: it has not run yet, or has another --name, --from or target.");
        var job = JobFiles.Read<JobDefinition>(files.Definition, content);
        var target = options.Target;
        if (job.Source != options.Source || job.Dataset != target.Dataset.Name || job.Zone != target.Zone)
            throw new VarveException(
                FaultKind.Invalid,
                $"The job '{options.Job}' takes {job.Source} into {job.Dataset} of zone {job.Zone}, not {options.Source} into {target.Dataset.Name} of zone {target.Zone}. Give this one another --name.");
    }
}
