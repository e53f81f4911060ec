using Varve.Generator.Randomness;
using Varve.Generator.Text;
using Varve.Generator.World;

namespace Varve.Generator.Simulation;

/// <summary>
/// The noise every site sees: single probes, and runs through a word list of secret files, panels and known holes.
/// Nearly all of it is answered 404; a part is blocked.
/// </summary>
internal sealed class Scanning(Site site, Edge edge)
{
    static readonly byte[][] Probes = Ascii.Lines(
        "/", "/", "/", "/robots.txt", "/favicon.ico", "/.env", "/.git/config", "/wp-login.php", "/sitemap.xml",
        "/xmlrpc.php", "/index.html");

    static readonly byte[][] Folders = Ascii.Lines(
        "", "/api", "/backend", "/app", "/admin", "/old", "/dev", "/laravel", "/public", "/staging", "/web", "/src",
        "/core", "/v1", "/test", "/server", "/config");

    static readonly byte[][] SecretFiles = Ascii.Lines(
        "/.env", "/.env.example", "/.env.local", "/.env.production", "/.env.bak", "/.git/config", "/.git/HEAD",
        "/.aws/credentials", "/config.json",
        "/docker-compose.yml", "/backup.sql", "/.htpasswd", "/settings.py", "/.npmrc", "/credentials.json",
        "/database.yml", "/.svn/entries");

    static readonly byte[][] Panels = Ascii.Lines(
        "/owa/auth/logon.aspx", "/geoserver/web/", "/webui/", "/ReportServer", "/_ignition/execute-solution",
        "/remote/login", "/manager/html", "/phpmyadmin/");

    static readonly byte[][] KnownHoles = Ascii.Lines(
        "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/wp-login.php", "/xmlrpc.php", "/wp-config.php.bak",
        "/info.php", "/shell.php",
        "/cgi-bin/luci/;stok=/locale", "/cgi-bin/.%2e/.%2e/.%2e/.%2e/bin/sh");

    public void Probe(Actor actor, Request request)
    {
        ref var random = ref actor.Random;
        Prepare(request);
        var probe = random.Below(Probes.Length);
        request.Uri.Raw(Probes[probe]);
        request.EndPath();
        if (random.PerMille(50))
            request.Method = Methods.Propfind;
        var exists = probe < 5 || probe == 8;
        Answer(request, ref random, exists ? 200 : 404, exists ? 0 : 200);
    }

    public void Run(Actor actor, Request request)
    {
        ref var random = ref actor.Random;
        Prepare(request);
        if (random.PerMille(150))
            request.Method = random.PerMille(700) ? Methods.Post : Methods.Head;
        switch (random.Below(100))
        {
            case < 82:
                request.Uri.Raw(Folders[random.Below(Folders.Length)]);
                request.Uri.Raw(SecretFiles[random.Below(SecretFiles.Length)]);
                break;
            case < 89:
                request.Uri.Raw(Panels[random.Below(Panels.Length)]);
                break;
            default:
                request.Uri.Raw(KnownHoles[random.Below(KnownHoles.Length)]);
                break;
        }

        request.EndPath();
        Answer(request, ref random, random.PerMille(8) ? 200 : 404, 260);
    }

    void Prepare(Request request)
    {
        request.Host = site.Www;
        request.JsDetection = JsDetections.Missing;
        request.RequestBytes -= 200;
    }

    void Answer(Request request, ref Prng random, int status, int blockedPerMille)
    {
        request.Scores(random.Between(18, 62), random.Between(60, 98), random.Between(60, 98), random.Between(30, 90));
        if (!random.PerMille(blockedPerMille))
        {
            edge.AnswerDynamic(request, ref random, status);
            return;
        }

        if (random.PerMille(120))
            request.Match(SecurityRule.BackgroundScan, SecurityAction.Log);
        request.Match(SecurityRule.SecretFiles, SecurityAction.Block);
        Edge.AnswerMitigated(request, ref random, 403);
    }
}
