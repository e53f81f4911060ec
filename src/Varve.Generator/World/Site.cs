using Varve.Generator.Randomness;
using Varve.Generator.Text;

namespace Varve.Generator.World;

/// <summary>
/// The shop: its hosts, pages and files. Popularity is Zipf-Mandelbrot (q 1, s 0.95) over 5,000 products, which with
/// their pictures make the 20,000 paths of the measured shop.
/// </summary>
internal sealed class Site
{
    const int ProductCount = 5_000;
    const int CategoryCount = 60;

    static readonly string[] Adjectives =
        ["oak", "linen", "brass", "folding", "nordic", "small", "large", "round", "grey", "blue", "green", "solid",
        "light", "classic", "garden", "travel"];

    static readonly string[] Nouns =
        ["table", "chair", "lamp", "shelf", "rug", "mirror", "kettle", "basket", "blanket", "desk", "stool", "vase",
        "clock", "tray", "bench", "cabinet", "mug", "pillow", "curtain", "planter"];

    static readonly string[] SearchTerms =
        ["oak+table", "desk+lamp", "rug+grey", "garden+bench", "mirror", "kettle", "linen+curtain", "vase",
        "shelf+narrow", "stool", "gift", "sale", "chair+set", "wall+clock", "basket+small", "blanket"];

    static readonly byte[][] Help = Ascii.Lines(
        "/help/delivery", "/help/returns", "/help/contact", "/help/payment", "/terms", "/about");

    readonly byte[][] _products = [.. Enumerable.Range(0, ProductCount).Select(ProductPath)];
    readonly byte[][] _categories = [.. Enumerable.Range(0, CategoryCount).Select(CategoryPath)];
    readonly byte[][] _searches = [.. SearchTerms.Select(Ascii.Bytes)];
    readonly WeightedTable _productRank = WeightedTable.ZipfMandelbrot(ProductCount, 1, 0.95);
    readonly WeightedTable _categoryRank = WeightedTable.ZipfMandelbrot(CategoryCount, 1, 0.95);

    public Site(string zone)
    {
        Zone = Ascii.Bytes(zone);
        Www = Ascii.Bytes("www." + zone);
        Api = Ascii.Bytes("api." + zone);
        Static = Ascii.Bytes("static." + zone);
        Checkout = Ascii.Bytes("checkout." + zone);
    }

    public byte[] Zone { get; }

    public byte[] Www { get; }

    public byte[] Api { get; }

    public byte[] Static { get; }

    public byte[] Checkout { get; }

    public Page PickPage(ref Prng random) => random.Below(100) switch
    {
        < 12 => new Page(PageKind.Home, 0),
        < 36 => new Page(PageKind.Category, _categoryRank.Pick(ref random) * 8 + Math.Max(0, random.Below(12) - 6)),
        < 81 => PickProduct(ref random),
        < 89 => new Page(PageKind.Search, random.Below(_searches.Length * 4)),
        < 93 => new Page(PageKind.Cart, 0),
        < 95 => new Page(PageKind.Account, random.Below(3)),
        < 96 => new Page(PageKind.Checkout, random.Below(2)),
        _ => new Page(PageKind.Help, random.Below(Help.Length)),
    };

    public Page PickProduct(ref Prng random) => new(PageKind.Product, _productRank.Pick(ref random));

    public byte[] HostOf(Page page) => page.Kind == PageKind.Checkout ? Checkout : Www;

    public static ReadOnlySpan<byte> ExternalHost(Page page) =>
        page.Id == 0 ? "www.google.com"u8 : page.Id == 1 ? "www.bing.com"u8 : "deals.example.net"u8;

    public void WritePath(Page page, TextBuffer output) => output.Raw(page.Kind switch
    {
        PageKind.Category => _categories[page.Id / 8],
        PageKind.Product => _products[page.Id],
        PageKind.Search => "/search"u8,
        PageKind.Cart => "/cart"u8,
        PageKind.Account => page.Id == 0 ? "/account"u8 : page.Id == 1 ? "/account/orders"u8 : "/account/login"u8,
        PageKind.Checkout => page.Id == 0 ? "/checkout/address"u8 : "/checkout/payment"u8,
        PageKind.Help => Help[page.Id],
        _ => "/"u8,
    });

    public void WriteQuery(Page page, TextBuffer output)
    {
        if (page.Kind == PageKind.Search)
        {
            output.Raw("?q="u8);
            output.Raw(_searches[page.Id / 4]);
            if (page.Id % 4 == 0)
                return;
            output.Raw("&page="u8);
            output.Number(page.Id % 4 + 1);
        }
        else if (page.Kind == PageKind.Category && page.Id % 8 > 0)
        {
            output.Raw("?page="u8);
            output.Number(page.Id % 8 + 1);
        }
    }

    /// <summary>The referrer text of a page: its address, or the search engine a visitor came from.</summary>
    public void WriteUrl(Page page, TextBuffer output)
    {
        if (page.Kind == PageKind.None)
            return;
        if (page.Kind == PageKind.External)
        {
            output.Raw("https://"u8);
            output.Raw(ExternalHost(page));
            output.Byte((byte)'/');
            return;
        }

        output.Raw("https://"u8);
        output.Raw(HostOf(page));
        WritePath(page, output);
        WriteQuery(page, output);
    }

    static byte[] ProductPath(int id)
    {
        var mixed = Prng.Mix((ulong)id + 77);
        var adjective = Adjectives[mixed % (ulong)Adjectives.Length];
        var noun = Nouns[(mixed >> 32) % (ulong)Nouns.Length];
        return Ascii.Bytes(FormattableString.Invariant($"/p/{adjective}-{noun}-{10_000 + id}"));
    }

    static byte[] CategoryPath(int id) =>
        Ascii.Bytes($"/c/{Nouns[id % Nouns.Length]}s/{Adjectives[(id * 7 + id / Nouns.Length) % Adjectives.Length]}");
}
