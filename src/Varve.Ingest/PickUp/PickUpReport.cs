namespace Varve.Ingest.PickUp;

/// <summary>What a job has done since it was started, and what the last look at the source showed.</summary>
public sealed record PickUpReport
{
    /// <summary>Objects that the present or last look has listed so far, without those whose name is never taken.</summary>
    public long Found { get; init; }

    /// <summary>Of these, objects that were not done and not on the failed list.</summary>
    public long New { get; init; }

    /// <summary>Objects taken in since the start.</summary>
    public long Done { get; init; }

    /// <summary>Of <see cref="Done"/>, objects whose records had been stored by an earlier attempt.</summary>
    public long Repeated { get; init; }

    /// <summary>Objects on the failed list, of this run and those before.</summary>
    public long Failed { get; init; }

    /// <summary>Objects of the last look that have to wait: too young, changed while they were read, or between two attempts.</summary>
    public long Waiting { get; init; }

    /// <summary>Objects of the last look that another worker has claimed.</summary>
    public long Held { get; init; }

    /// <summary>Objects that were gone when they were to be read, since the start.</summary>
    public long Gone { get; init; }

    /// <summary>Records stored since the start.</summary>
    public long Records { get; init; }

    /// <summary>Lines rejected since the start.</summary>
    public long Rejected { get; init; }

    /// <summary>Records left out by the dataset's filter since the start.</summary>
    public long Filtered { get; init; }

    /// <summary>Bytes of the objects taken in since the start, as they lie in the source.</summary>
    public long Bytes { get; init; }

    /// <summary>When the oldest object that is neither done nor on the failed list was written; null: there is none. Its age is the job's lag.</summary>
    public DateTimeOffset? OldestWaiting { get; init; }

    /// <summary>What went wrong last, in words; null: nothing.</summary>
    public string? Problem { get; init; }

    /// <summary>When the next object that waits may be tried; null: none waits.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>True when all of the source that was there is taken in.</summary>
    public bool IsComplete => Failed == 0 && Waiting == 0 && Held == 0;
}
