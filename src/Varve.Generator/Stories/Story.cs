using Varve.Generator.Simulation;

namespace Varve.Generator.Stories;

/// <summary>Something planted in the traffic. Its requests are planned ahead and filled in without knowing the crowd.</summary>
internal abstract class Story
{
    public abstract string Name { get; }

    public abstract string Summary { get; }

    /// <summary>SQL condition that selects exactly the requests for which <see cref="IsCounted"/> holds.</summary>
    public abstract string Where { get; }

    /// <summary>Fields whose values are counted for the ground truth.</summary>
    public abstract IReadOnlyList<string> CountedFields { get; }

    public abstract IReadOnlyList<Client> Clients { get; }

    public abstract IEnumerable<PlannedRequest> Plan();

    public abstract void Compose(PlannedRequest planned, Request request);

    public virtual bool IsCounted(PlannedRequest planned) => true;
}
