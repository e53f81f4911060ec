namespace Varve.Delta.Commits;

/// <summary>Where a commit is, for tests that stop it there.</summary>
enum TransactionPhase
{
    /// <summary>What it does is settled and was checked.</summary>
    Prepared,

    /// <summary>Its put comes next.</summary>
    BeforePut,

    /// <summary>Its put was answered, or failed.</summary>
    AfterPut,

    /// <summary>It was not made, as far as is known: the commits of others come next.</summary>
    BeforeCatchUp,

    /// <summary>It is made.</summary>
    Committed,
}
