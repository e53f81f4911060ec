namespace Varve.Ingest.PickUp.Claims;

/// <summary>A claim that is held: no other worker takes the object until it is let go or its lease ends.</summary>
sealed class Claim(string id, long number, DateTimeOffset since, bool isInherited)
{
    public string Id { get; } = id;

    /// <summary>The claim's number among those on the object; the greatest counts.</summary>
    public long Number { get; set; } = number;

    /// <summary>True when a renewal was sent whose answer was lost: the next number may be this worker's too.</summary>
    public bool MayHaveNext { get; set; }

    /// <summary>When the first attempt began of which it is not known how it ended; the present one, when there is none before it.</summary>
    public DateTimeOffset Since { get; } = since;

    /// <summary>True when an earlier attempt broke off: it may have stored the object.</summary>
    public bool IsInherited { get; } = isInherited;
}

/// <summary>A claim as it lies in the store.</summary>
/// <param name="Worker">Who holds it.</param>
/// <param name="At">When it was made; the lease counts from then.</param>
/// <param name="Since">As <see cref="Claim.Since"/>.</param>
/// <param name="IsFree">True when nobody works on the object, and an attempt broke off.</param>
sealed record ClaimContent(WorkerIdentity Worker, DateTimeOffset At, DateTimeOffset Since, bool IsFree);
