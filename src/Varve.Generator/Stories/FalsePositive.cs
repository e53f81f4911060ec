using System.Text;
using Varve.Generator.Randomness;
using Varve.Generator.Simulation;
using Varve.Generator.World;

namespace Varve.Generator.Stories;

/// <summary>
/// A good customer cannot enter the delivery address: a managed rule takes it for SQL injection. A few other people meet
/// the same rule. Around the blocked requests they use the shop like anybody.
/// </summary>
internal sealed class FalsePositive(StorySetting setting) : Story
{
    const ulong Stream = 31;
    const int PeopleMax = 7;

    readonly Client[] _clients = BuildClients(setting);

    public override string Name => "false_positive";

    public override string Summary =>
        "A returning customer is blocked by a managed rule at POST /checkout/address all day, and so are a few other people.";

    public override string Where => $"SecurityRuleID = '{Encoding.ASCII.GetString(SecurityRule.SqlInjectionInBody.Id)}'";

    public override IReadOnlyList<string> CountedFields => ["ClientIP", "EdgeResponseStatus", "SecurityAction"];

    public override IReadOnlyList<Client> Clients => _clients[..(1 + OtherCount)];

    int BlockCount => (int)(setting.Requests < 20_000
        ? Math.Min(12, setting.Requests / 100)
        : Math.Clamp(setting.Requests / 5_000, 12, 60));

    int OtherCount => Math.Min(PeopleMax - 1, BlockCount / 4);

    public override bool IsCounted(PlannedRequest planned) => planned.Step == Steps.SubmitAddress;

    public override IEnumerable<PlannedRequest> Plan()
    {
        var random = Prng.For(setting.Seed, Stream, 0);
        var number = 0;
        for (var i = 0; i < BlockCount; i++)
            foreach (var planned in PlanAttempt(0, (i * 1000 + random.Below(1000)) / (double)(BlockCount * 1000), number += 4, ref random))
                yield return planned;
        for (var person = 1; person <= OtherCount; person++)
            foreach (var planned in PlanAttempt(person, random.Below(1000) / 1000.0, number += 4, ref random))
                yield return planned;
    }

    public override void Compose(PlannedRequest planned, Request request)
    {
        var random = Prng.For(setting.Seed, Stream, (ulong)planned.Number + 1);
        var cart = new Page(PageKind.Cart, 0);
        var address = new Page(PageKind.Checkout, 0);
        request.Begin(_clients[planned.Person]);
        request.HasHeaders = true;
        request.JsDetection = JsDetections.Passed;
        request.Scores(random.Between(86, 98), random.Between(90, 98), random.Between(90, 98), random.Between(91, 98));
        var page = planned.Step == Steps.OpenCart ? cart : address;
        request.Host = setting.Site.HostOf(page);
        setting.Site.WritePath(page, request.Uri);
        request.EndPath();
        switch (planned.Step)
        {
            case Steps.OpenCart:
                request.Referer = new Page(PageKind.Home, 0);
                setting.Edge.AnswerDynamic(request, ref random, 200);
                break;

            case Steps.OpenAddress:
                request.Referer = cart;
                setting.Edge.AnswerDynamic(request, ref random, 200);
                break;

            default:
                request.Referer = address;
                request.Method = Methods.Post;
                request.RequestBytes += random.Between(480, 760);
                request.Scores(random.Between(24, 45), random.Between(18, 40), random.Between(80, 96), random.Between(70, 95));
                request.Match(SecurityRule.SqlInjectionInBody, SecurityAction.Block);
                Edge.AnswerMitigated(request, ref random, 403);
                break;
        }
    }

    PlannedRequest[] PlanAttempt(int person, double dayShare, int number, ref Prng random)
    {
        var submit = (long)(setting.WindowUs * (0.04 + 0.92 * dayShare));
        // Typing an address takes a minute, unless the whole window is only a few.
        var minute = Math.Min(60_000_000, setting.WindowUs / 200);
        var typing = minute / 2 + minute * random.Below(100) / 100;
        return
        [
            new(this, setting.Inside(submit - typing - minute / 3), person, Steps.OpenCart, number),
            new(this, setting.Inside(submit - typing), person, Steps.OpenAddress, number + 1),
            new(this, setting.Inside(submit), person, Steps.SubmitAddress, number + 2),
        ];
    }

    static Client[] BuildClients(StorySetting setting)
    {
        var clients = new Client[PeopleMax];
        for (var i = 0; i < PeopleMax; i++)
        {
            var random = Prng.For(setting.Seed, Stream + 1, (ulong)i);
            var network = Networks.All[new[] { 4, 0, 2, 6, 8, 9, 13 }[i]];
            clients[i] = new Client();
            ActorFactory.FillPerson(clients[i], network, Networks.Access(network, 30 + i * 17, Networks.PublicHostMax + 2), ref random);
            clients[i].BotScore = random.Between(80, 99);
            clients[i].BotScoreSource = BotScoreSources.MachineLearning;
        }

        return clients;
    }

    static class Steps
    {
        public const int OpenCart = 0;
        public const int OpenAddress = 1;
        public const int SubmitAddress = 2;
    }
}
