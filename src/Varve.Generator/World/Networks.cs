using Varve.Generator.Randomness;
using Varve.Generator.Text;

namespace Varve.Generator.World;

/// <summary>
/// Who is on the internet of the simulation. Every address comes from a range nobody owns: 100.64.0.0/10 (a /15 for each
/// access network), 198.18.0.0/15, the three documentation /24s and 2001:db8::/32.
/// </summary>
internal static class Networks
{
    /// <summary>Last octets above this one are kept for people in stories, so that no passer-by shares their address.</summary>
    public const int PublicHostMax = 249;

    public static readonly byte[] English = Ascii.Bytes("en-US,en;q=0.9");

    public static readonly Network[] All =
    [
        // Access networks: country weights fall off like Zipf's law.
        new(0, 64496, "Rheinlink Telekom", "de", NetworkKind.Access, 130, 14),
        new(1, 64497, "Falkenfunk Mobil", "de", NetworkKind.Access, 80, 38),
        new(2, 64498, "Prairie Broadband", "us", NetworkKind.Access, 100, 21),
        new(3, 64499, "Copperline Mobile", "us", NetworkKind.Access, 70, 46),
        new(4, 64500, "Albion Fibre", "gb", NetworkKind.Access, 80, 12),
        new(5, 64501, "Thistle Mobile", "gb", NetworkKind.Access, 45, 41),
        new(6, 64502, "Loire Haut Debit", "fr", NetworkKind.Access, 60, 16),
        new(7, 64503, "Mistral Mobile", "fr", NetworkKind.Access, 30, 44),
        new(8, 64504, "Polderkabel", "nl", NetworkKind.Access, 50, 9),
        new(9, 64505, "Donau Breitband", "at", NetworkKind.Access, 40, 15),
        new(10, 64506, "Wisla Internet", "pl", NetworkKind.Access, 34, 19),
        new(11, 64507, "Adria Fibra", "it", NetworkKind.Access, 30, 20),
        new(12, 64508, "Meseta Fibra", "es", NetworkKind.Access, 26, 18),
        new(13, 64509, "Gotthard Net", "ch", NetworkKind.Access, 22, 10),
        new(14, 65536, "Skane Stadsnet", "se", NetworkKind.Access, 18, 12),
        new(15, 65537, "Deccan Broadband", "in", NetworkKind.Access, 18, 52),
        new(16, 65538, "Cerrado Fibra", "br", NetworkKind.Access, 15, 33),
        new(17, 65539, "Kiso Hikari", "jp", NetworkKind.Access, 12, 8),
        new(18, 65540, "Mapleway Cable", "ca", NetworkKind.Access, 10, 17),
        new(19, 65541, "Redgum Fibre", "au", NetworkKind.Access, 8, 22),
        new(20, 65542, "Vltava Sit", "cz", NetworkKind.Access, 8, 13),
        new(21, 65543, "Jutland Bredband", "dk", NetworkKind.Access, 6, 11),
        new(22, 64510, "Basalt Hosting", "nl", NetworkKind.Story, 0, 5),
        new(23, 64511, "Quarry Cloud", "us", NetworkKind.Story, 0, 4),
        new(24, 65551, "Tessera Rack", "sg", NetworkKind.Story, 0, 7),
        new(25, 65544, "Halde Server", "de", NetworkKind.Hosting, 0, 4),
        new(26, 65545, "Mesa Compute", "us", NetworkKind.Hosting, 0, 3),
        new(27, 65546, "Straits Datacentre", "sg", NetworkKind.Hosting, 0, 4),
        new(28, 65547, "Ladoga Host", "fi", NetworkKind.Hosting, 0, 6),
        new(29, 65548, "Wayfinder Search", "us", NetworkKind.Crawler, 0, 3),
        new(30, 65549, "Lantern Crawl", "us", NetworkKind.Crawler, 0, 3),
        new(31, 65550, "Beacon Monitoring", "ie", NetworkKind.Crawler, 0, 2),
    ];

    public static readonly Network ScanHost = All[22];
    public static readonly Network StuffingHostA = All[23];
    public static readonly Network StuffingHostB = All[24];

    static readonly WeightedTable AccessByWeight =
        new([.. All.Where(n => n.Kind == NetworkKind.Access).Select(n => (double)n.Weight)]);

    public static Network PickAccess(ref Prng random) => All[AccessByWeight.Pick(ref random)];

    public static Network PickHosting(ref Prng random) => All[25 + random.Below(4)];

    /// <summary>An address of a passer-by in the network.</summary>
    public static ClientAddress PickAddress(Network network, ref Prng random)
    {
        var host = random.Between(1, PublicHostMax);
        return network.Kind switch
        {
            NetworkKind.Access when random.PerMille(220) => ClientAddress.V6(
                0x100 + network.Index, random.Between(1, 0xFFFF), random.Between(1, 0xFFFF)),
            NetworkKind.Access => Access(network, random.Below(512), host),
            NetworkKind.Hosting => ClientAddress.V4(198, 18, 128 + (network.Index - 25) * 32 + random.Below(32), host),
            _ => ClientAddress.V4(198, 19, network.Index * 4 + random.Below(4), host),
        };
    }

    /// <summary>Address <paramref name="host"/> in the <paramref name="block"/>th /24 of an access network's /15.</summary>
    public static ClientAddress Access(Network network, int block, int host) =>
        ClientAddress.V4(100, 64 + network.Index * 2 + block / 256, block % 256, host);

    public static byte[] LanguageOf(string country) => Ascii.Bytes(country switch
    {
        "de" or "at" => "de-DE,de;q=0.9,en;q=0.8",
        "ch" => "de-CH,de;q=0.9,fr;q=0.6",
        "gb" or "au" or "in" => "en-GB,en;q=0.9",
        "fr" => "fr-FR,fr;q=0.9",
        "nl" => "nl-NL,nl;q=0.9,en;q=0.7",
        "pl" => "pl-PL,pl;q=0.9",
        "it" => "it-IT,it;q=0.9",
        "es" => "es-ES,es;q=0.9",
        "se" => "sv-SE,sv;q=0.9,en;q=0.8",
        "br" => "pt-BR,pt;q=0.9",
        "jp" => "ja-JP,ja;q=0.9",
        "cz" => "cs-CZ,cs;q=0.9",
        "dk" => "da-DK,da;q=0.9,en;q=0.8",
        _ => "en-US,en;q=0.9",
    });

    public static Place[] PlacesOf(string country) => country switch
    {
        "de" => [new("Frankfurt am Main", "HE", "FRA", 31), new("Hamburg", "HH", "HAM", 274), new("Berlin", "BE", "TXL", 322)],
        "us" => [new("Ashburn", "VA", "IAD", 20), new("Chicago", "IL", "ORD", 24), new("San Jose", "CA", "SJC", 16)],
        "gb" => [new("London", "ENG", "LHR", 36), new("Manchester", "ENG", "MAN", 215), new("Edinburgh", "SCT", "EDI", 342)],
        "fr" => [new("Paris", "IDF", "CDG", 35), new("Marseille", "PAC", "MRS", 77)],
        "nl" => [new("Amsterdam", "NH", "AMS", 34), new("Rotterdam", "ZH", "AMS", 34)],
        "at" => [new("Vienna", "9", "VIE", 57), new("Graz", "6", "VIE", 57)],
        "pl" => [new("Warsaw", "14", "WAW", 50), new("Krakow", "12", "WAW", 50)],
        "it" => [new("Milan", "25", "MXP", 38), new("Rome", "62", "FCO", 205)],
        "es" => [new("Madrid", "MD", "MAD", 71), new("Barcelona", "CT", "BCN", 251)],
        "ch" => [new("Zurich", "ZH", "ZRH", 73), new("Geneva", "GE", "GVA", 232)],
        "se" => [new("Stockholm", "AB", "ARN", 52), new("Gothenburg", "O", "GOT", 211)],
        "in" => [new("Mumbai", "MH", "BOM", 92), new("Hyderabad", "TG", "HYD", 265)],
        "br" => [new("Sao Paulo", "SP", "GRU", 18), new("Brasilia", "DF", "BSB", 394)],
        "jp" => [new("Tokyo", "13", "NRT", 25), new("Osaka", "27", "KIX", 85)],
        "ca" => [new("Toronto", "ON", "YYZ", 58), new("Vancouver", "BC", "YVR", 62)],
        "au" => [new("Sydney", "NSW", "SYD", 30), new("Perth", "WA", "PER", 84)],
        "cz" => [new("Prague", "10", "PRG", 56)],
        "dk" => [new("Copenhagen", "84", "CPH", 68)],
        "fi" => [new("Helsinki", "18", "HEL", 70)],
        "ie" => [new("Dublin", "L", "DUB", 74)],
        _ => [new("Singapore", "", "SIN", 44)],
    };
}
