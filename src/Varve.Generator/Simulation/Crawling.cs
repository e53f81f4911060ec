using Varve.Generator.Randomness;
using Varve.Generator.World;

namespace Varve.Generator.Simulation;

/// <summary>Programs that read the shop: verified bots, which the rules let pass, and scrapers, which they challenge.</summary>
internal sealed class Crawling(Site site, Edge edge)
{
    public void Crawl(Actor actor, Request request)
    {
        ref var random = ref actor.Random;
        request.Host = site.Www;
        request.JsDetection = JsDetections.Missing;
        request.Scores(random.Between(88, 99), random.Between(90, 99), random.Between(90, 99), random.Between(91, 99));
        request.Match(SecurityRule.KnownBots, SecurityAction.Skip);
        if (actor.Step == 0 && random.PerMille(500))
        {
            request.Content = Content.Text;
            request.Uri.Raw(random.PerMille(700) ? "/robots.txt"u8 : "/sitemap.xml"u8);
            request.EndPath();
            Edge.AnswerStatic(request, ref random, 5UL << 20, 100);
            return;
        }

        var status = random.Below(1000) switch { < 35 => 404, < 60 => 301, < 130 => 304, _ => 200 };
        WritePage(request, ref random, status == 404);
        edge.AnswerDynamic(request, ref random, status);
    }

    public void Scrape(Actor actor, Request request)
    {
        ref var random = ref actor.Random;
        request.Host = site.Www;
        request.JsDetection = random.PerMille(600) ? JsDetections.Missing : JsDetections.Failed;
        request.Scores(random.Between(60, 97), random.Between(80, 99), random.Between(80, 99), random.Between(80, 99));
        WritePage(request, ref random, false);
        if (actor.Step > 60 && random.PerMille(350))
        {
            request.Match(SecurityRule.TooManyRequests, SecurityAction.Block);
            Edge.AnswerMitigated(request, ref random, 429);
        }
        else if (actor.Client.BotScore < 20 && random.PerMille(420))
        {
            request.Match(SecurityRule.LikelyAutomated, SecurityAction.ManagedChallenge);
            Edge.AnswerMitigated(request, ref random, 403);
        }
        else
        {
            edge.AnswerDynamic(request, ref random, random.PerMille(30) ? 404 : 200);
        }
    }

    void WritePage(Request request, ref Prng random, bool isMissing)
    {
        var page = random.PerMille(700) ? site.PickProduct(ref random) : site.PickPage(ref random);
        if (page.Kind is PageKind.Checkout or PageKind.Account or PageKind.Cart)
            page = new Page(PageKind.Home, 0);
        if (isMissing)
            request.Uri.Raw("/discontinued"u8);
        site.WritePath(page, request.Uri);
        request.EndPath();
        site.WriteQuery(page, request.Uri);
    }
}
