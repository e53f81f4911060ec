using Varve.Generator.Randomness;
using Varve.Generator.Text;
using Varve.Generator.World;

namespace Varve.Generator.Simulation;

/// <summary>People in a browser or in the shop's app: a page, the files of that page, some API calls, a pause.</summary>
internal sealed class Shopping(Site site, Edge edge)
{
    static readonly byte[][] Scripts = Ascii.Lines(
        "/assets/app.9c41d7.js", "/assets/vendor.1f3b20.js", "/assets/cart.77ab02.js", "/assets/search.e0d41c.js",
        "/assets/gallery.5512fe.js");

    static readonly byte[][] Styles = Ascii.Lines(
        "/assets/app.b7720a.css", "/assets/print.03cc1e.css", "/assets/gallery.c2901d.css");

    static readonly byte[][] Fonts = Ascii.Lines("/fonts/inter-400.woff2", "/fonts/inter-600.woff2");

    static readonly byte[] Clean = Ascii.Bytes("clean");

    public void Browse(Actor actor, Request request)
    {
        ref var random = ref actor.Random;
        MatchSometimes(request, ref random);
        HumanScores(request, ref random);
        if (actor.BurstLeft == 0)
        {
            actor.BurstLeft = random.LogNormalInt(5, 1.45, 1, 400);
            actor.PreviousPage = actor.Page;
            actor.Page = site.PickPage(ref random);
            if (actor.Step > 0)
                actor.HasVisitedBefore = true;
            OpenPage(actor, request, ref random);
        }
        else if (random.PerMille(85))
        {
            CallApi(actor, request, ref random);
        }
        else
        {
            LoadFile(actor, request, ref random);
        }

        actor.BurstLeft--;
    }

    public void UseApp(Actor actor, Request request)
    {
        ref var random = ref actor.Random;
        HumanScores(request, ref random);
        if (actor.BurstLeft == 0)
        {
            actor.BurstLeft = random.LogNormalInt(4, 1.0, 1, 120);
            actor.Page = site.PickProduct(ref random);
        }

        actor.BurstLeft--;
        if (random.PerMille(600))
            CallApi(actor, request, ref random);
        else
            LoadFile(actor, request, ref random);
        request.Referer = default;
    }

    void OpenPage(Actor actor, Request request, ref Prng random)
    {
        var page = actor.Page;
        request.Host = site.HostOf(page);
        request.Referer = actor.PreviousPage;
        request.HasHeaders = true;
        request.JsDetection = JsDetections.Passed;
        if (page is { Kind: PageKind.Account, Id: 2 } && random.PerMille(700))
        {
            LogIn(request, ref random);
            return;
        }

        var isMissing = page.Kind == PageKind.Product && random.PerMille(14);
        if (isMissing)
            request.Uri.Raw("/discontinued"u8);
        site.WritePath(page, request.Uri);
        request.EndPath();
        site.WriteQuery(page, request.Uri);

        var draw = random.Below(1000);
        if (actor.Step == 0 && draw < 90)
        {
            Edge.AnswerUpgrade(request, ref random);
        }
        else if (draw < 108)
        {
            Edge.AnswerGone(request, ref random);
        }
        else if (page.Kind == PageKind.Checkout && draw < 600)
        {
            request.Method = Methods.Post;
            request.RequestBytes += random.Between(300, 900);
            edge.AnswerDynamic(request, ref random, 302);
        }
        else
        {
            edge.AnswerDynamic(request, ref random, isMissing ? 404 : draw < 230 ? 302 : 200);
        }
    }

    void LogIn(Request request, ref Prng random)
    {
        request.Host = site.Www;
        request.Method = Methods.Post;
        request.Content = Content.Api;
        request.IsAjax = true;
        request.RequestBytes += random.Between(80, 160);
        request.LeakedCredentials = Clean;
        request.Uri.Raw("/api/v1/login"u8);
        request.EndPath();
        edge.AnswerDynamic(request, ref random, random.PerMille(110) ? 401 : 200);
    }

    void CallApi(Actor actor, Request request, ref Prng random)
    {
        request.Host = site.Api;
        request.Content = Content.Api;
        request.Referer = actor.Page;
        request.IsAjax = true;
        request.HasHeaders = true;
        request.JsDetection = JsDetections.Passed;
        switch (random.Below(10))
        {
            case < 4:
                request.Uri.Raw("/v1/products/"u8);
                request.Uri.Number(10_000 + ProductOf(actor, ref random));
                request.EndPath();
                break;
            case < 6:
                request.Uri.Raw("/v1/recommendations"u8);
                request.EndPath();
                request.Uri.Raw("?product="u8);
                request.Uri.Number(10_000 + ProductOf(actor, ref random));
                break;
            case < 8:
                request.Uri.Raw("/v1/cart"u8);
                request.EndPath();
                if (random.PerMille(300))
                {
                    request.Method = Methods.Post;
                    request.RequestBytes += random.Between(60, 240);
                }

                break;
            default:
                request.Uri.Raw("/v1/stock"u8);
                request.EndPath();
                request.Uri.Raw("?ids="u8);
                request.Uri.Number(10_000 + ProductOf(actor, ref random));
                break;
        }

        request.Unmatch();
        request.Match(SecurityRule.ShopApi, SecurityAction.Skip);
        edge.AnswerDynamic(request, ref random, random.PerMille(6) ? 404 : 200);
    }

    void LoadFile(Actor actor, Request request, ref Prng random)
    {
        request.Host = site.Static;
        request.Referer = actor.Page;
        request.RequestBytes -= 60;
        request.JsDetection = JsDetections.Missing;
        switch (random.Below(1000))
        {
            case < 120:
                LoadAsset(actor, request, ref random, Content.Script, Scripts, 1);
                return;
            case < 180:
                LoadAsset(actor, request, ref random, Content.Style, Styles, 2);
                return;
            case < 210:
                LoadAsset(actor, request, ref random, Content.Font, Fonts, 3);
                return;
        }

        var product = ProductOf(actor, ref random);
        var number = random.Between(1, 4);
        var isVideo = random.PerMille(4);
        request.Content = isVideo ? Content.Video : Content.Image;
        request.Uri.Raw("/img/p/"u8);
        request.Uri.Number(10_000 + product);
        request.Uri.Byte((byte)'-');
        request.Uri.Number(number);
        request.Uri.Raw(isVideo ? ".mp4"u8 : "_800.webp"u8);
        request.EndPath();
        Edge.AnswerStatic(request, ref random, (ulong)(product * 8 + number), 12);
    }

    static void LoadAsset(Actor actor, Request request, ref Prng random, Content content, byte[][] files, int group)
    {
        var file = random.Below(files.Length);
        request.Content = content;
        request.Uri.Raw(files[file]);
        request.EndPath();
        Edge.AnswerStatic(request, ref random, (ulong)(group << 20 | file), actor.HasVisitedBefore ? 140 : 0);
    }

    /// <summary>The product of the page, or one of those a list shows.</summary>
    int ProductOf(Actor actor, ref Prng random) =>
        actor.Page.Kind == PageKind.Product && random.PerMille(650) ? actor.Page.Id : site.PickProduct(ref random).Id;

    static void HumanScores(Request request, ref Prng random)
    {
        var draw = random.Next();
        var attack = (draw & 127) == 0 ? 55 + (int)(draw >> 8 & 31) : 86 + (int)(draw >> 16 & 15) * 13 / 15;
        request.Scores(attack, 88 + (int)(draw >> 24 & 15) * 11 / 15, 90 + (int)(draw >> 32 & 15) * 9 / 15, 91 + (int)(draw >> 40 & 7));
    }

    static void MatchSometimes(Request request, ref Prng random)
    {
        var draw = random.Below(1_000_000);
        if (draw < 400)
            request.Match(SecurityRule.Office, SecurityAction.Allow);
        else if (draw < 580)
            request.Match(SecurityRule.LikelyAutomated, SecurityAction.ChallengeBypassed);
        else if (draw < 670)
            request.Match(SecurityRule.LikelyAutomated, SecurityAction.ChallengeSolved);
    }
}
