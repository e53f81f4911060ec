namespace Varve.Generator;

/// <summary>The ground truth of one thing hidden in the traffic: how to find it and what must be found.</summary>
public sealed record PlantedStory
{
    /// <summary>Short name, such as <c>sqli_scan</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What happened, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>SQL condition on http_requests that selects exactly the records of this story.</summary>
    public required string Where { get; init; }

    /// <summary>Client addresses, the main one first.</summary>
    public required IReadOnlyList<string> ClientIPs { get; init; }

    /// <summary>Number of records in http_requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Ray IDs of the first records, at most 20.</summary>
    public required IReadOnlyList<string> FirstRayIDs { get; init; }

    /// <summary>EdgeStartTimestamp of the first record; null when the run is too small for the story.</summary>
    public required DateTimeOffset? First { get; init; }

    /// <summary>EdgeStartTimestamp of the last record.</summary>
    public required DateTimeOffset? Last { get; init; }

    /// <summary>How often values occur among the records of the story, in order of field and value.</summary>
    public required IReadOnlyList<StoryCount> Counts { get; init; }
}
