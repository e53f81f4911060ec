namespace Varve.Storage;

/// <summary>What the caller of a failed operation has to do. Only <see cref="Unavailable"/> and <see cref="Busy"/> are worth a retry.</summary>
public enum FaultKind
{
    /// <summary>The request is wrong: change it.</summary>
    Invalid,

    /// <summary>What was named does not exist.</summary>
    NotFound,

    /// <summary>Something outside did not answer: try again later.</summary>
    Unavailable,

    /// <summary>Stored data is damaged: look at it.</summary>
    Corrupt,

    /// <summary>A limit of this program was reached: ask for less, or raise it.</summary>
    LimitExceeded,

    /// <summary>Too much is asked at once: the same again later may do.</summary>
    Busy,

    /// <summary>A defect of this program.</summary>
    Internal,
}

/// <summary>What a program can do with a fault beyond its kind.</summary>
/// <param name="Code">A stable word for the case, such as <c>unknown_column</c>.</param>
/// <param name="Position">Where in the caller's text the fault lies: a byte offset from 0, or null.</param>
/// <param name="Suggestion">What may have been meant, or null.</param>
public sealed record FaultDetail(string Code, int? Position = null, string? Suggestion = null);

/// <summary>The one exception of Varve's libraries. The message says what failed, where, and what to change.</summary>
public sealed class VarveException : Exception
{
    /// <param name="kind">What the caller has to do.</param>
    /// <param name="message">What failed, on which path or version, and what to change.</param>
    /// <param name="innerException">The cause, when it came from below.</param>
    public VarveException(FaultKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>What the caller has to do.</summary>
    public FaultKind Kind { get; }

    /// <summary>Code, position and suggestion, where the fault has them.</summary>
    public FaultDetail? Detail { get; init; }

    /// <summary>When to try again, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
