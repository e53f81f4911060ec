namespace Varve.Storage;

/// <summary>How long a <see cref="RetryingObjectStore"/> goes on.</summary>
public sealed record RetryOptions
{
    /// <summary>How long an operation is tried again after its first failure. Default 20 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The longest first pause; it doubles with each attempt. Default 100 ms.</summary>
    public TimeSpan BackoffMin { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause. Default 5 s.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(5);
}
