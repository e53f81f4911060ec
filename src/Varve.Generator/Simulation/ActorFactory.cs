using Varve.Generator.Randomness;
using Varve.Generator.World;

namespace Varve.Generator.Simulation;

/// <summary>Draws who comes next: kind, number of requests, address, program and scores.</summary>
internal sealed class ActorFactory(int seed, int crowd, long requests)
{
    /// <summary>Share of the requests and the mean number of them, kind by kind: visitors come in the ratio of the two.</summary>
    static readonly WeightedTable Kinds = new(
    [
        71.5 / 22, // Shopper
        15.0 / 22, // App
        7.5 / 29, // Crawler
        2.4 / 22, // Scraper
        0.7 / 2, // Prober
        1.1 / 210, // ScanRun
    ]);

    /// <summary>No single visitor makes up a large part of a small run.</summary>
    readonly int _sizeMax = (int)Math.Clamp(requests / 50, 4, 1_700);

    public void Fill(Actor actor, long ordinal)
    {
        actor.Random = Prng.For(seed, 1, (ulong)ordinal + ((ulong)crowd << 40));
        ref var random = ref actor.Random;
        actor.Kind = (ActorKind)Kinds.Pick(ref random);
        actor.Remaining = Math.Min(PickSize(actor.Kind, ref random), _sizeMax);
        actor.Step = 0;
        actor.BurstLeft = 0;
        actor.Page = random.PerMille(550) ? new Page(PageKind.External, random.Below(3)) : default;
        actor.PreviousPage = actor.Page;
        actor.HasVisitedBefore = random.PerMille(350);
        FillClient(actor.Client, actor.Kind, ref random);
    }

    /// <summary>A person at home or on the road, with a browser.</summary>
    public static void FillPerson(Client client, Network network, ClientAddress address, ref Prng random)
    {
        client.Network = network;
        client.Place = network.Places[random.Below(network.Places.Length)];
        client.Address = address;
        client.Agent = random.Below(1000) switch
        {
            < 545 => UserAgents.Default.PickPhone(ref random),
            < 585 => UserAgents.Default.Tablets[random.Below(3)],
            _ => UserAgents.Default.PickDesktop(ref random),
        };
        client.Version = random.Below(100) switch { < 36 => HttpVersion.Http3, < 96 => HttpVersion.Http2, _ => HttpVersion.Http11 };
        client.IsTls12 = client.Version == HttpVersion.Http11 && random.PerMille(500);
        client.SourcePort = random.Between(10_000, 65_000);
        client.RttMs = random.LogNormalInt(network.RttMs, 0.5, 1, 800);
        // Mostly clearly human, with a tail of privacy tools that look less so.
        client.BotScore = random.PerMille(955) ? 99 - random.LogNormalInt(4, 1.0, 0, 60) : random.Between(18, 45);
        client.BotScoreSource = random.PerMille(60) ? BotScoreSources.JavaScript : BotScoreSources.MachineLearning;
        client.AddressClass = AddressClasses.NoRecord;
        client.Language = random.PerMille(880) ? network.Language : Networks.English;
        client.Session = random.Next() | 1;
    }

    /// <summary>A program on a rented machine.</summary>
    public static void FillProgram(Client client, Network network, ClientAddress address, UserAgent agent, ref Prng random)
    {
        client.Network = network;
        client.Place = network.Places[random.Below(network.Places.Length)];
        client.Address = address;
        client.Agent = agent;
        client.Version = random.PerMille(750) ? HttpVersion.Http11 : HttpVersion.Http2;
        client.IsTls12 = random.PerMille(350);
        client.SourcePort = random.Between(32_768, 61_000);
        client.RttMs = random.LogNormalInt(network.RttMs, 0.4, 1, 400);
        client.BotScore = random.Between(1, 3);
        client.BotScoreSource = client.BotScore == 1 ? BotScoreSources.Heuristics : BotScoreSources.MachineLearning;
        client.AddressClass = AddressClasses.NoRecord;
        client.Language = [];
        client.Session = 0;
    }

    static int PickSize(ActorKind kind, ref Prng random) => kind switch
    {
        ActorKind.Crawler => random.LogNormalInt(14, 1.3, 1, 2_000),
        ActorKind.Scraper => random.LogNormalInt(12, 1.1, 1, 1_000),
        ActorKind.Prober => random.Between(1, 3),
        ActorKind.ScanRun => random.LogNormalInt(66, 2.0, 12, 1_617),
        _ => random.LogNormalInt(6.05, 1.7, 1, 1_700),
    };

    static void FillClient(Client client, ActorKind kind, ref Prng random)
    {
        var agents = UserAgents.Default;
        switch (kind)
        {
            case ActorKind.Crawler:
                var bot = Math.Min(random.Below(8), random.Below(8));
                var crawler = Networks.All[bot == 6 ? 31 : bot is 2 or 3 or 4 ? 30 : 29];
                FillProgram(client, crawler, Networks.PickAddress(crawler, ref random), agents.Bots[bot], ref random);
                client.BotScore = 1;
                client.BotScoreSource = BotScoreSources.VerifiedBot;
                client.AddressClass = bot == 6 ? AddressClasses.MonitoringService : AddressClasses.SearchEngine;
                break;

            case ActorKind.Scraper:
            case ActorKind.Prober:
            case ActorKind.ScanRun:
                var host = Networks.PickHosting(ref random);
                // Most scan requests carry a browser's name.
                var agent = random.PerMille(450) ? agents.Tools[random.Below(7)] : agents.PickDesktop(ref random);
                FillProgram(client, host, Networks.PickAddress(host, ref random), agent, ref random);
                if (kind == ActorKind.Scraper)
                    client.BotScore = random.Between(2, 29);
                else
                    client.AddressClass = random.PerMille(500) ? AddressClasses.Scan : AddressClasses.BadHost;
                if (client.BotScore > 1)
                    client.BotScoreSource = BotScoreSources.MachineLearning;
                break;

            default:
                var network = Networks.PickAccess(ref random);
                FillPerson(client, network, Networks.PickAddress(network, ref random), ref random);
                if (kind == ActorKind.App)
                    client.Agent = agents.Apps[random.Below(4)];
                break;
        }
    }
}
