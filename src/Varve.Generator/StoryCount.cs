namespace Varve.Generator;

/// <summary>So many records of a story have this value in this field of http_requests.</summary>
public sealed record StoryCount(string Field, string Value, long Requests);
