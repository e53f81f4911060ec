using Varve.Generator.Randomness;
using Varve.Generator.Simulation;
using Varve.Generator.Text;

namespace Varve.Generator.Stories;

/// <summary>
/// Requests in the style of injection scanners, URL-encoded. Written for this generator and harmless; a # stands for a
/// random number, as scanners mark their probes.
/// </summary>
internal static class Payloads
{
    static readonly byte[][] Targets = Ascii.Lines(
        "/search?q=", "/search?page=2&q=", "/c/tables/oak?page=", "/c/lamps/linen?sort=", "/api/v1/products?id=",
        "/api/v1/stock?ids=",
        "/account/orders?id=", "/account/login?next=", "/help/contact?topic=", "/p/oak-table-10000?variant=",
        "/index.php?id=", "/cart?coupon=");

    static readonly byte[][] Sqli = Ascii.Lines(
        "1%27%20OR%20%27#%27%3D%27#",
        "1%27%20OR%20#%3D#--%20-",
        "-#%27%20UNION%20SELECT%20NULL%2CNULL%2CCONCAT%280x71%2C#%2C0x71%29--%20-",
        "1%20UNION%20ALL%20SELECT%20#%2C#%2Cversion%28%29--",
        "1%27%20AND%20SLEEP%285%29--%20#",
        "1%27%3B%20WAITFOR%20DELAY%20%270%3A0%3A5%27--%20#",
        "%27%29%3BSELECT%20pg_sleep%286%29%3B--%20#",
        "1%20AND%20%28SELECT%20#%20FROM%20%28SELECT%28SLEEP%285%29%29%29x#%29",
        "#%27%20ORDER%20BY%2014--%20-",
        "1%22%20AND%20%22#%22%3D%22#",
        "%27%20AND%20EXTRACTVALUE%28#%2CCONCAT%280x5c%2C0x71%29%29--",
        "%27%20OR%20EXISTS%28SELECT%20table_name%20FROM%20information_schema.tables%29--%20#",
        "1%29%20AND%20#%3DCAST%28%28SELECT%20current_user%29%20AS%20NUMERIC%29--",
        "#%27%20GROUP%20BY%20password%20HAVING%201%3D1--",
        "1%2527%2520OR%25201%253D1--%2520#");

    static readonly byte[][] TraversalTargets = Ascii.Lines(
        "/download?file=", "/index.php?lang=", "/help/contact?template=", "/static/", "/img/", "/assets/",
        "/account/invoice?path=");

    static readonly byte[][] Traversal = Ascii.Lines(
        "..%2F..%2F..%2F..%2Fetc%2Fpasswd",
        "..%2F..%2F..%2F..%2F..%2F..%2Fetc%2Fshadow",
        "....%2F%2F....%2F%2F....%2F%2Fetc%2Fhosts",
        "%252e%252e%252f%252e%252e%252f%252e%252e%252fetc%252fpasswd",
        "..%5C..%5C..%5Cwindows%5Cwin.ini",
        "..%2F..%2F..%2Fproc%2Fself%2Fenviron",
        "%2Fvar%2Fwww%2F..%2F..%2Fetc%2Fpasswd%00.jpg",
        "..%c0%af..%c0%af..%c0%afetc%c0%afpasswd");

    static readonly byte[][] Reconnaissance = Ascii.Lines(
        "/", "/robots.txt", "/sitemap.xml", "/search", "/account/login", "/api/v1/products", "/server-status",
        "/.well-known/security.txt",
        "/api/swagger.json", "/graphql", "/index.php", "/crossdomain.xml");

    public static void WriteSqli(Request request, ref Prng random) =>
        WriteUri(request, Targets[random.Below(Targets.Length)], Sqli[random.Below(Sqli.Length)], ref random);

    public static void WriteTraversal(Request request, ref Prng random) => WriteUri(
        request, TraversalTargets[random.Below(TraversalTargets.Length)], Traversal[random.Below(Traversal.Length)], ref random);

    public static void WriteReconnaissance(Request request, ref Prng random) =>
        WriteUri(request, Reconnaissance[random.Below(Reconnaissance.Length)], [], ref random);

    static void WriteUri(Request request, ReadOnlySpan<byte> target, ReadOnlySpan<byte> payload, ref Prng random)
    {
        var query = target.IndexOf((byte)'?');
        request.Uri.Raw(query < 0 ? target : target[..query]);
        if (query >= 0)
        {
            request.EndPath();
            request.Uri.Raw(target[query..]);
        }

        var number = random.Between(1_000, 9_999);
        foreach (var character in payload)
        {
            if (character == (byte)'#')
                request.Uri.Number(number);
            else
                request.Uri.Byte(character);
        }

        if (query < 0)
            request.EndPath();
    }
}
