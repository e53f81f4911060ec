using Varve.Generator.Text;

namespace Varve.Generator.World;

/// <summary>A rule of the zone; its id, product and text are the same in both datasets.</summary>
internal sealed class SecurityRule(string id, string source, string description)
{
    public static readonly SecurityRule SqlInjectionInBody =
        new("5f2c7a0d9b1e4c3689d47e60ab12f935", "firewallManaged", "SQL injection in body: keyword sequence");

    public static readonly SecurityRule SecretFiles =
        new("0a61d3c2f74b4d5f9c80e2b7715d44ae", "firewallManaged", "Information disclosure: dot files and backups");

    public static readonly SecurityRule BackgroundScan =
        new("c7e98b14a2d04f6fb35d1e0a6f92c831", "firewallManaged", "Vulnerability scanner activity");

    public static readonly SecurityRule LikelyAutomated =
        new("9d3be57f10c64a28a7f1c2d4e8056b7c", "firewallCustom", "Challenge likely automated clients");

    public static readonly SecurityRule LeakedCredentials =
        new("41b0f6a83ce94d17bd52a90c7e6d1f28", "firewallCustom", "Log logins with leaked credentials");

    public static readonly SecurityRule KnownBots =
        new("b25d08e6c1f7493fa9e4376d5c80a1f2", "firewallCustom", "Skip managed rules for verified bots");

    public static readonly SecurityRule ShopApi =
        new("e80c4d7b6a1f42d3957b3f0d2ce914a6", "firewallCustom", "Skip bot rules for the shop API");

    public static readonly SecurityRule Office =
        new("7c14e9f2d05b4b869ea3d81f60c2b57d", "firewallCustom", "Allow the office");

    public static readonly SecurityRule TooManyRequests =
        new("d6f3a912e84c4075b1c90e5a7d2b3f68", "rateLimit", "More than 60 requests in 10 seconds");

    public byte[] Id { get; } = Ascii.Bytes(id);

    public byte[] Source { get; } = Ascii.Bytes(source);

    public byte[] LowerSource { get; } = Ascii.Bytes(source.ToLowerInvariant());

    public byte[] Description { get; } = Ascii.Bytes(description);
}
