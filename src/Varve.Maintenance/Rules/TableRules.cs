using System.Text.Json;
using System.Text.Json.Serialization;
using Varve.Delta;
using Varve.Storage;

namespace Varve.Maintenance.Rules;

/// <summary>
/// What may go from a table and what may not. The rules stand in the table's own log, as domains: they go where the table goes, every change is in its
/// history, and a commit that takes records away is made only if no rule has changed since it read them.
/// </summary>
/// <param name="Retention">How long records are kept.</param>
/// <param name="IsProtected">Whether the table may not be emptied.</param>
/// <param name="Holds">Records that may not go.</param>
public sealed record TableRules(RetentionRule Retention, bool IsProtected, IReadOnlyList<LegalHold> Holds)
{
    /// <summary>Most holds of a table.</summary>
    public const int HoldsMax = 100;

    internal const string RetentionDomain = "varve.retention";
    internal const string ProtectionDomain = "varve.protection";
    internal const string HoldsDomain = "varve.holds";

    /// <summary>The rules of a table as of a version.</summary>
    /// <exception cref="VarveException">A rule cannot be read: <see cref="FaultKind.Corrupt"/>. Nothing may be taken away then.</exception>
    public static TableRules Of(TableState state) => Read(domain =>
        state.Domains.TryGetValue(domain, out var found) && !found.Removed ? found.Configuration : null);

    internal static TableRules Read(Func<string, string?> domain)
    {
        var retention = Parse(domain(RetentionDomain), RulesJsonContext.Default.RetentionDocument, RetentionDomain);
        var protection = Parse(domain(ProtectionDomain), RulesJsonContext.Default.ProtectionDocument, ProtectionDomain);
        var holds = Parse(domain(HoldsDomain), RulesJsonContext.Default.HoldsDocument, HoldsDomain);
        return new TableRules(
            retention is null ? RetentionRule.ForEver : RetentionRule.Parse(retention.Keep, retention.By), protection?.Deletion ?? true, holds?.Holds ?? []);
    }

    internal static string Write(RetentionRule rule) =>
        JsonSerializer.Serialize(new RetentionDocument(rule.ToString(), rule.By), RulesJsonContext.Default.RetentionDocument);

    internal static string WriteProtection(bool isOn) => JsonSerializer.Serialize(new ProtectionDocument(isOn), RulesJsonContext.Default.ProtectionDocument);

    internal static string Write(IReadOnlyList<LegalHold> holds) => JsonSerializer.Serialize(new HoldsDocument(holds), RulesJsonContext.Default.HoldsDocument);

    static T? Parse<T>(string? json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string domain)
        where T : class
    {
        if (json is null)
            return null;
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException fault)
        {
            throw new VarveException(FaultKind.Corrupt, $"The rule {domain} of the table cannot be read: {fault.Message.TrimEnd('.')}. Nothing is taken away from it.", fault);
        }
    }
}

/// <summary>The domain of the retention.</summary>
/// <param name="Keep">How long, as text.</param>
/// <param name="By">What goes at once.</param>
sealed record RetentionDocument(string Keep, RetentionUnit By);

/// <summary>The domain of the protection.</summary>
/// <param name="Deletion">Whether the table may not be emptied.</param>
sealed record ProtectionDocument(bool Deletion);

/// <summary>The domain of the holds.</summary>
/// <param name="Holds">All that stand.</param>
sealed record HoldsDocument(IReadOnlyList<LegalHold> Holds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RetentionDocument))]
[JsonSerializable(typeof(ProtectionDocument))]
[JsonSerializable(typeof(HoldsDocument))]
[JsonSerializable(typeof(Actor))]
sealed partial class RulesJsonContext : JsonSerializerContext;
