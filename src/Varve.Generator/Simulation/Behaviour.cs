using Varve.Generator.Randomness;

namespace Varve.Generator.Simulation;

/// <summary>What each kind of actor asks for next, and how long it waits in between.</summary>
internal sealed class Behaviour(Shopping shopping, Crawling crawling, Scanning scanning)
{
    public void Act(Actor actor, Request request)
    {
        request.Begin(actor.Client);
        switch (actor.Kind)
        {
            case ActorKind.Shopper:
                shopping.Browse(actor, request);
                break;
            case ActorKind.App:
                shopping.UseApp(actor, request);
                break;
            case ActorKind.Crawler:
                crawling.Crawl(actor, request);
                break;
            case ActorKind.Scraper:
                crawling.Scrape(actor, request);
                break;
            case ActorKind.Prober:
                scanning.Probe(actor, request);
                break;
            default:
                scanning.Run(actor, request);
                break;
        }

        actor.Step++;
    }

    /// <summary>Microseconds until the actor's next request.</summary>
    public static double GapUs(Actor actor)
    {
        ref var random = ref actor.Random;
        return actor.Kind switch
        {
            ActorKind.Shopper or ActorKind.App => ShopperGapUs(actor, ref random),
            ActorKind.Crawler => random.LogNormal(5e6, 1.0),
            ActorKind.Scraper => random.LogNormal(1.5e6, 0.8),
            ActorKind.Prober => random.LogNormal(1e6, 1.2),
            // 78 % of the runs are faster than one a second; the address decides which.
            _ => random.LogNormal(actor.Client.SourcePort % 100 < 78 ? 0.25e6 : 2e6, 0.7),
        };
    }

    static double ShopperGapUs(Actor actor, ref Prng random)
    {
        if (actor.BurstLeft > 0)
            return random.LogNormal(30e3, 1.2);
        return random.PerMille(55)
            ? random.LogNormal(3000e6, 0.9)
            : random.LogNormal(20e6, 1.2);
    }
}
