using Varve.Generator.Randomness;

namespace Varve.Generator.World;

/// <summary>The agents of the simulation, the popular ones first in each group (Zipf-Mandelbrot q 3, s 1.24).</summary>
internal sealed class UserAgents
{
    const string ChromeJa4 = "8daaf6152771_02713d6af862";
    const string FirefoxJa4 = "5b57614c22b0_3d5424432f57";
    const string SafariJa4 = "a09f3c656075_14788d8d241b";
    const string ToolJa4 = "1b5ae8c40f12_9f0c3ad1e7b4";
    const string BotJa4 = "d4e457b46fe5_78e6aca7449b";
    const string AppJa4 = "c866b44c5a26_8c2bd8a0be1a";

    const string Gecko = "AppleWebKit/537.36 (KHTML, like Gecko)";
    const string Safari = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
    const string Windows = "Windows NT 10.0; Win64; x64";
    const string Mac = "Macintosh; Intel Mac OS X 10_15_7";

    static readonly string[] PhoneModels =
        ["SM-A546B", "SM-S921B", "Pixel 8", "SM-A155F", "Pixel 9 Pro", "23129RAA4G", "CPH2603", "SM-S938B", "moto g84 5G", "Pixel 7a"];

    public static readonly UserAgents Default = new();

    readonly WeightedTable _phoneRank;
    readonly WeightedTable _desktopRank;

    UserAgents()
    {
        Phones = [.. BuildPhones()];
        Desktops = [.. BuildDesktops()];
        _phoneRank = WeightedTable.ZipfMandelbrot(Phones.Length, 3, 1.24);
        _desktopRank = WeightedTable.ZipfMandelbrot(Desktops.Length, 3, 1.24);
    }

    public UserAgent[] Phones { get; }

    public UserAgent[] Desktops { get; }

    public UserAgent[] Tablets { get; } =
    [
        new(
            $"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) {Safari} Version/18.6 Mobile/15E148 Safari/604.1",
            "tablet", SafariJa4),
        new(
            $"Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) {Safari} Version/17.7 Mobile/15E148 Safari/604.1",
            "tablet", SafariJa4),
        new($"Mozilla/5.0 (Linux; Android 14; SM-X710) {Gecko} Chrome/142.0.0.0 Safari/537.36", "tablet", ChromeJa4),
    ];

    public UserAgent[] Apps { get; } =
    [
        new("ShopApp/7.14.2 (iPhone; iOS 26.1; Scale/3.00)", "mobile", AppJa4),
        new("ShopApp/7.14.2 (Android 16; Pixel 9)", "mobile", AppJa4),
        new("ShopApp/7.13.0 (Android 14; SM-A546B)", "mobile", AppJa4),
        new("ShopApp/7.12.5 (iPhone; iOS 18.6; Scale/3.00)", "mobile", AppJa4),
    ];

    public UserAgent[] Bots { get; } =
    [
        new(
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "desktop", BotJa4, "Search Engine Crawler"),
        new(
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) "
            + "Chrome/136.0.0.0 Safari/537.36",
            "desktop", BotJa4, "Search Engine Crawler"),
        new(
            "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
            "desktop", BotJa4, "Search Engine Optimization"),
        new(
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot",
            "desktop", BotJa4, "AI Crawler"),
        new(
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
            "desktop", BotJa4, "AI Crawler"),
        new(
            "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
            "desktop", BotJa4, "Search Engine Crawler"),
        new(
            "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
            "desktop", BotJa4, "Monitoring & Analytics"),
        new(
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "desktop", BotJa4, "Page Preview"),
    ];

    public UserAgent[] Tools { get; } =
    [
        new("python-requests/2.32.3", "desktop", ToolJa4),
        new("Go-http-client/1.1", "desktop", ToolJa4),
        new("curl/8.5.0", "desktop", ToolJa4),
        new("Mozilla/5.0 zgrab/0.x", "desktop", ToolJa4),
        new("Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)", "desktop", ToolJa4),
        new("", "desktop", ToolJa4),
        new("python-httpx/0.28.1", "desktop", ToolJa4),
    ];

    /// <summary>The SQL injection scanner: mostly an outdated browser, now and then the tool's own name.</summary>
    public UserAgent[] Scanner { get; } =
    [
        new($"Mozilla/5.0 ({Windows}) {Gecko} Chrome/119.0.0.0 Safari/537.36", "desktop", ToolJa4),
        new("sqlmap/1.8.11#stable (https://sqlmap.org)", "desktop", ToolJa4),
        new("python-requests/2.31.0", "desktop", ToolJa4),
        new("Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)", "desktop", ToolJa4),
    ];

    public UserAgent PickPhone(ref Prng random) => Phones[_phoneRank.Pick(ref random)];

    public UserAgent PickDesktop(ref Prng random) => Desktops[_desktopRank.Pick(ref random)];

    static IEnumerable<UserAgent> BuildPhones()
    {
        for (var age = 0; age < 8; age++)
        {
            var ios = age < 2 ? $"26_{1 - age}" : $"18_{8 - age}";
            var iosDots = ios.Replace('_', '.');
            var iphone = $"Mozilla/5.0 (iPhone; CPU iPhone OS {ios} like Mac OS X) {Safari}";
            yield return new($"{iphone} Version/{iosDots} Mobile/15E148 Safari/604.1", "mobile", SafariJa4);
            yield return new(
                $"Mozilla/5.0 (Linux; Android 10; K) {Gecko} Chrome/{142 - age}.0.0.0 Mobile Safari/537.36",
                "mobile", ChromeJa4);
            yield return new($"{iphone} CriOS/{142 - age}.0.7444.46 Mobile/15E148 Safari/604.1", "mobile", SafariJa4);
            foreach (var model in PhoneModels)
            {
                var samsung = model.StartsWith("SM-", StringComparison.Ordinal) ? $"SamsungBrowser/{29 - age}.0 " : "";
                yield return new(
                    $"Mozilla/5.0 (Linux; Android {16 - age / 2}; {model}) {Gecko} {samsung}Chrome/{136 - age}.0.0.0 Mobile Safari/537.36",
                    "mobile", ChromeJa4);
            }
        }
    }

    static IEnumerable<UserAgent> BuildDesktops()
    {
        for (var age = 0; age < 16; age++)
        {
            var chrome = $"{Gecko} Chrome/{142 - age}.0.0.0 Safari/537.36";
            yield return new($"Mozilla/5.0 ({Windows}) {chrome}", "desktop", ChromeJa4);
            yield return new($"Mozilla/5.0 ({Mac}) {chrome}", "desktop", ChromeJa4);
            yield return new($"Mozilla/5.0 ({Windows}) {chrome} Edg/{142 - age}.0.0.0", "desktop", ChromeJa4);
            yield return new(
                $"Mozilla/5.0 ({Windows}; rv:{145 - age}.0) Gecko/20100101 Firefox/{145 - age}.0",
                "desktop", FirefoxJa4);
            yield return new($"Mozilla/5.0 (X11; Linux x86_64) {chrome}", "desktop", ChromeJa4);
            yield return new(
                $"Mozilla/5.0 ({Mac}) {Safari} Version/{(age < 2 ? "26" : "18")}.{(17 - age) / 2} Safari/605.1.15",
                "desktop", SafariJa4);
            yield return new(
                $"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:{145 - age}.0) Gecko/20100101 Firefox/{145 - age}.0",
                "desktop", FirefoxJa4);
        }
    }
}
