namespace Varve.Query.Workers;

/// <summary>Which queries run in processes of their own.</summary>
public enum QueryIsolation
{
    /// <summary>None: all run in this process.</summary>
    None,

    /// <summary>Those that read much.</summary>
    Heavy,

    /// <summary>All.</summary>
    All,
}

/// <summary>How queries run in processes of their own, which can be killed where an engine cannot be interrupted.</summary>
/// <param name="Isolation">Which queries do.</param>
/// <param name="Program">The program to start. It has to call <see cref="QueryWorker.Run"/> with its standard input and output.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record QueryWorkers(QueryIsolation Isolation, string Program, IReadOnlyList<string> Arguments);
