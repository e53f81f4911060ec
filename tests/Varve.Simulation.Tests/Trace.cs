using System.Globalization;
using Varve.Simulation.Tests.Scheduling;

namespace Varve.Simulation.Tests;

/// <summary>What happened in a run, line by line, and what was wrong with it.</summary>
sealed class Trace(Scheduler scheduler)
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly List<string> _lines = [];

    /// <summary>Every step so far.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>What was wrong, in the order in which it was found.</summary>
    public List<string> Failures { get; } = [];

    public void Add(string who, string what) =>
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{(scheduler.Now - Start).TotalSeconds,14:0.000} {who,-14} {what}"));

    public void Fail(string what)
    {
        Failures.Add(what);
        Add("AUDIT", what);
    }
}
