namespace Varve.Generator.Stories;

/// <summary>A request of a story: when it comes, who sends it and which step of the story it is.</summary>
internal readonly record struct PlannedRequest(Story Story, long TimeUs, int Person, int Step, int Number);
