using System.Globalization;
using System.Text;
using Varve.Generator.Simulation;

namespace Varve.Generator.Stories;

/// <summary>The requests of all stories in order of time, with their Ray IDs: a few thousand, whatever the size of the run.</summary>
internal sealed class StoryPlan
{
    readonly Story[] _stories;
    readonly PlannedRequest[] _planned;
    readonly ulong[] _rayIds;
    readonly long _startMs;

    public StoryPlan(StorySetting setting, long startMs)
    {
        _startMs = startMs;
        _stories = [new SqliScan(setting), new CredentialStuffing(setting), new FalsePositive(setting)];
        // A stable sort: requests of one microsecond stay in the order in which the stories name them.
        _planned = [.. _stories.SelectMany(s => s.Plan()).OrderBy(p => p.TimeUs)];
        var rayIds = new RayIds(setting.Seed, planned: true);
        _rayIds = [.. _planned.Select(p => rayIds.Next(startMs + p.TimeUs / 1000))];
    }

    public int Count => _planned.Length;

    public long TimeUs(int index) => _planned[index].TimeUs;

    public void Compose(int index, Request request)
    {
        var planned = _planned[index];
        request.UnixMilliseconds = _startMs + planned.TimeUs / 1000;
        request.RayId = _rayIds[index];
        planned.Story.Compose(planned, request);
    }

    public IReadOnlyList<PlantedStory> Describe() => [.. _stories.Select(Describe)];

    PlantedStory Describe(Story story)
    {
        var request = new Request();
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var rayIds = new List<string>();
        long requests = 0, firstMs = 0, lastMs = 0;
        for (var i = 0; i < _planned.Length; i++)
        {
            if (_planned[i].Story != story || !story.IsCounted(_planned[i]))
                continue;
            Compose(i, request);
            if (requests++ == 0)
                firstMs = request.UnixMilliseconds;
            lastMs = request.UnixMilliseconds;
            if (rayIds.Count < 20)
                rayIds.Add(request.RayId.ToString("x16", CultureInfo.InvariantCulture));
            foreach (var field in story.CountedFields)
            {
                var key = field + "\n" + ValueOf(field, request);
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        return new PlantedStory
        {
            Name = story.Name,
            Summary = story.Summary,
            Where = story.Where,
            ClientIPs = [.. story.Clients.Select(c => c.Address.ToString())],
            Requests = requests,
            FirstRayIDs = rayIds,
            First = requests == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(firstMs),
            Last = requests == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(lastMs),
            Counts = [.. counts.Select(c => new StoryCount(c.Key.Split('\n')[0], c.Key.Split('\n')[1], c.Value))],
        };
    }

    static string ValueOf(string field, Request request) => field switch
    {
        "ClientASN" => request.Client.Network.Asn.ToString(CultureInfo.InvariantCulture),
        "ClientIP" => request.Client.Address.ToString(),
        "EdgeResponseStatus" => request.Status.ToString(CultureInfo.InvariantCulture),
        "OriginResponseBytes" => request.OriginBytes.ToString(CultureInfo.InvariantCulture),
        "LeakedCredentialCheckResult" => Encoding.ASCII.GetString(request.LeakedCredentials),
        "SecurityAction" => request.Matches.IsEmpty ? "" : Encoding.ASCII.GetString(request.Matches[^1].Action.Name),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "Not a field stories are counted by."),
    };
}
