namespace Varve.Simulation.Tests.Store;

/// <summary>What goes wrong with a request to the bucket.</summary>
enum StoreFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is not done; the caller learns that the store is unavailable (503, or a connection that is refused).</summary>
    FailBefore,

    /// <summary>It is done; the caller learns that the store is unavailable.</summary>
    FailAfter,

    /// <summary>The put is done; the answer is lost.</summary>
    LoseAnswer,

    /// <summary>The put is not done (429, or 409 to the end); the caller cannot know.</summary>
    LoseRequest,

    /// <summary>The answer is lost, and the put is done only some time later.</summary>
    LandLate,

    /// <summary>The caller learns that the store is unavailable, and the put is done only some time later.</summary>
    FailAndLandLate,

    /// <summary>The put is done, its answer is lost below the store's door, and the second try there finds the object (412).</summary>
    FindItself,
}
