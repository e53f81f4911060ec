using System.Globalization;
using Varve.Delta.Commits;

namespace Varve.Simulation.Tests.Actors;

/// <summary>Changes settings while others write: properties, and a domain.</summary>
sealed class Settler(World world, string name) : Actor(world, name)
{
    int _changes;

    protected override async Task StepAsync()
    {
        var table = await TableAsync();
        var value = (++_changes).ToString(CultureInfo.InvariantCulture);
        if (Random.Next(3) > 0)
        {
            var outcome = await table.SetPropertiesAsync(new Dictionary<string, string> { ["x.changes"] = value }, [], CancellationToken.None);
            Say($"sets a property: {outcome}");
            return;
        }

        var transaction = await table.BeginAsync("SET DOMAIN", CancellationToken.None);
        var before = transaction.ReadDomain("x.domain");
        if (before is not null && Random.Next(3) == 0)
            transaction.RemoveDomain("x.domain");
        else
            transaction.SetDomain("x.domain", value);
        var settled = await transaction.CommitAsync(CancellationToken.None);
        Say($"sets a domain: {settled}");
        if (settled is CommitOutcome.Committed { Version: var version }
            && (World.Audit.Model.Versions[(int)version - 1].Domains.GetValueOrDefault("x.domain") is var found && found != before))
            World.Trace.Fail($"{Machine.Name} read the domain as '{before}' and committed on top of '{found}'");
    }
}
