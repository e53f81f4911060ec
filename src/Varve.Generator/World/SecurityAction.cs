using Varve.Generator.Text;

namespace Varve.Generator.World;

/// <summary>What a rule did: camelCase in http_requests, lower case in firewall_events.</summary>
internal sealed class SecurityAction(string name)
{
    public static readonly SecurityAction Block = new("block");
    public static readonly SecurityAction ManagedChallenge = new("managedChallenge");
    public static readonly SecurityAction ChallengeBypassed = new("managedChallengeBypassed");
    public static readonly SecurityAction ChallengeSolved = new("managedChallengeNonInteractiveSolved");
    public static readonly SecurityAction Skip = new("skip");
    public static readonly SecurityAction Allow = new("allow");
    public static readonly SecurityAction Log = new("log");

    public byte[] Name { get; } = Ascii.Bytes(name);

    public byte[] LowerName { get; } = Ascii.Bytes(name.ToLowerInvariant());
}
