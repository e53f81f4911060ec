using Varve.Generator.Randomness;
using Varve.Generator.Simulation;
using Varve.Generator.Text;
using Varve.Generator.World;

namespace Varve.Generator.Stories;

/// <summary>Sixty rented machines in two networks try leaked passwords at the login for a quarter of an hour; a few work.</summary>
internal sealed class CredentialStuffing(StorySetting setting) : Story
{
    const ulong Stream = 21;
    const int MachineCount = 60;

    static readonly byte[] PasswordLeaked = Ascii.Bytes("password_leaked");
    static readonly byte[] BothLeaked = Ascii.Bytes("username_and_password_leaked");
    static readonly byte[] UsernameLeaked = Ascii.Bytes("username_leaked");
    static readonly byte[] Clean = Ascii.Bytes("clean");

    readonly Client[] _clients = BuildClients(setting);

    public override string Name => "credential_stuffing";

    public override string Summary =>
        "Machines of two hosting networks try leaked credentials at POST /api/v1/login; part is challenged, a few logins succeed.";

    public override string Where => $"ClientASN IN ({Networks.StuffingHostA.Asn}, {Networks.StuffingHostB.Asn})";

    public override IReadOnlyList<string> CountedFields =>
        ["ClientASN", "EdgeResponseStatus", "LeakedCredentialCheckResult", "SecurityAction"];

    public override IReadOnlyList<Client> Clients => _clients;

    public override IEnumerable<PlannedRequest> Plan()
    {
        var count = (int)Math.Min(6_000, Math.Max(setting.Requests * 6 / 1000, Math.Min(240, setting.Requests / 40)));
        var random = Prng.For(setting.Seed, Stream, 0);
        var (from, length) = setting.Span(random.Between(10, 15), 43, 10);
        for (var i = 0; i < count; i++)
        {
            // Every machine has its turn before they go on at random.
            var machine = i < MachineCount ? i : random.Below(MachineCount);
            var at = from + (long)((UInt128)random.Next() * (ulong)length >> 64);
            yield return new PlannedRequest(this, setting.Inside(at), machine, 0, i);
        }
    }

    public override void Compose(PlannedRequest planned, Request request)
    {
        var random = Prng.For(setting.Seed, Stream, (ulong)planned.Number + 1);
        request.Begin(_clients[planned.Person]);
        request.Host = setting.Site.Www;
        request.Method = Methods.Post;
        request.Content = Content.Api;
        request.RequestBytes += random.Between(70, 130);
        request.JsDetection = random.PerMille(300) ? JsDetections.Failed : JsDetections.Missing;
        request.Uri.Raw("/api/v1/login"u8);
        request.EndPath();
        request.Scores(random.Between(62, 95), random.Between(80, 98), random.Between(80, 98), random.Between(80, 98));
        var leak = random.Below(100);
        request.LeakedCredentials = leak switch { < 46 => PasswordLeaked, < 86 => BothLeaked, < 89 => UsernameLeaked, _ => Clean };
        if (leak < 86)
            request.Match(SecurityRule.LeakedCredentials, SecurityAction.Log);
        if (random.PerMille(310))
        {
            request.Match(SecurityRule.LikelyAutomated, SecurityAction.ManagedChallenge);
            Edge.AnswerMitigated(request, ref random, 403);
        }
        else
        {
            setting.Edge.AnswerDynamic(request, ref random, random.PerMille(22) ? 200 : 401);
        }
    }

    static Client[] BuildClients(StorySetting setting)
    {
        var random = Prng.For(setting.Seed, Stream + 1, 0);
        var clients = new Client[MachineCount];
        for (var i = 0; i < MachineCount; i++)
        {
            var isFirst = i % 2 == 0;
            var host = 11 + i * 4 + random.Below(4);
            clients[i] = new Client();
            ActorFactory.FillProgram(
                clients[i],
                isFirst ? Networks.StuffingHostA : Networks.StuffingHostB,
                isFirst ? ClientAddress.V4(198, 51, 100, host) : ClientAddress.V4(198, 18, 77, host),
                UserAgents.Default.PickDesktop(ref random),
                ref random);
            clients[i].BotScore = random.Between(1, 12);
            clients[i].BotScoreSource = clients[i].BotScore == 1 ? BotScoreSources.Heuristics : BotScoreSources.MachineLearning;
        }

        return clients;
    }
}
