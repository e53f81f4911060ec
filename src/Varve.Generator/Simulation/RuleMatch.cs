using Varve.Generator.World;

namespace Varve.Generator.Simulation;

/// <summary>One rule that matched a request, and what it did.</summary>
internal readonly record struct RuleMatch(SecurityRule Rule, SecurityAction Action);
