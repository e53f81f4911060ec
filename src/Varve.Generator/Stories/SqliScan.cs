using Varve.Generator.Randomness;
using Varve.Generator.Simulation;
using Varve.Generator.World;

namespace Varve.Generator.Stories;

/// <summary>
/// One address tries SQL injection and path traversal on every parameter of the shop. No rule stops it, and it gets
/// nothing: the origin answers each request with an empty body.
/// </summary>
internal sealed class SqliScan(StorySetting setting) : Story
{
    const ulong Stream = 11;

    readonly Client[] _clients = BuildClients(setting);

    public override string Name => "sqli_scan";

    public override string Summary =>
        "One client scans the shop with SQL injection and path traversal payloads; nothing stops it, and the origin returns no bytes.";

    public override string Where => "ClientIP = '203.0.113.86'";

    public override IReadOnlyList<string> CountedFields => ["EdgeResponseStatus", "OriginResponseBytes", "SecurityAction"];

    public override IReadOnlyList<Client> Clients => _clients[..1];

    public override IEnumerable<PlannedRequest> Plan()
    {
        // 1.3 % of the requests, at least 200 as soon as the run is large enough for that to be no more than a twentieth.
        var count = (int)Math.Min(7_000, Math.Max(setting.Requests * 13 / 1000, Math.Min(200, setting.Requests / 20)));
        var random = Prng.For(setting.Seed, Stream, 0);
        var (from, length) = setting.Span(random.Between(25, 40), 80, 12);
        for (var i = 0; i < count; i++)
        {
            var at = from + (long)((UInt128)random.Next() * (ulong)length >> 64);
            yield return new PlannedRequest(this, setting.Inside(at), PickTool(ref random), 0, i);
        }
    }

    public override void Compose(PlannedRequest planned, Request request)
    {
        var random = Prng.For(setting.Seed, Stream, (ulong)planned.Number + 1);
        request.Begin(_clients[planned.Person]);
        request.Host = setting.Site.Www;
        request.JsDetection = JsDetections.Missing;
        var isTraversal = random.PerMille(230);
        if (random.PerMille(120))
        {
            Payloads.WriteReconnaissance(request, ref random);
            request.Scores(random.Between(21, 50), random.Between(20, 40), random.Between(60, 95), random.Between(40, 90));
        }
        else if (isTraversal)
        {
            Payloads.WriteTraversal(request, ref random);
            request.Scores(random.Between(1, 28), random.Between(12, 40), random.Between(40, 90), random.Between(2, 20));
        }
        else
        {
            Payloads.WriteSqli(request, ref random);
            var attack = random.PerMille(850) ? random.Between(1, 20) : random.Between(21, 35);
            request.Scores(attack, random.Between(1, 12), random.Between(20, 80), random.Between(15, 70));
            if (random.PerMille(180))
            {
                request.Method = Methods.Post;
                request.RequestBytes += random.Between(40, 400);
            }
        }

        // Quotes upset the origin now and then; files outside the shop do not exist.
        var status = random.Below(1000) switch
        {
            < 430 => isTraversal ? 404 : 200,
            < 640 => 500,
            < 860 => 404,
            _ => 200,
        };
        Edge.AnswerEmpty(request, ref random, status, status == 500 ? 260 : 90);
    }

    static int PickTool(ref Prng random) => random.Below(1000) switch { < 880 => 0, < 960 => 1, < 985 => 2, _ => 3 };

    /// <summary>The same machine four times, once for each name it goes by.</summary>
    static Client[] BuildClients(StorySetting setting)
    {
        var agents = UserAgents.Default.Scanner;
        var clients = new Client[agents.Length];
        for (var i = 0; i < clients.Length; i++)
        {
            var random = Prng.For(setting.Seed, Stream + 1, 0);
            clients[i] = new Client();
            ActorFactory.FillProgram(clients[i], Networks.ScanHost, ClientAddress.V4(203, 0, 113, 86), agents[i], ref random);
            clients[i].BotScore = i == 0 ? 2 : 1;
            clients[i].BotScoreSource = i == 0 ? BotScoreSources.MachineLearning : BotScoreSources.Heuristics;
        }

        return clients;
    }
}
