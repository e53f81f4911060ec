using System.Text.Json;

namespace Varve.Generator.Tests;

/// <summary>The shape of the traffic, against the shares measured on a busy shop.</summary>
public sealed class StatisticsTests
{
    static IReadOnlyList<JsonElement> Requests => Sample.Day.Requests;

    [Fact]
    public void Nine_of_ten_answers_are_200()
    {
        Assert.InRange(Share(r => r.Number("EdgeResponseStatus") == 200), 0.86, 0.94);
        Assert.InRange(Share(r => r.Number("EdgeResponseStatus") == 304), 0.015, 0.05);
        Assert.InRange(Share(r => r.Number("EdgeResponseStatus") == 404), 0.008, 0.04);
        Assert.InRange(Share(r => r.Number("EdgeResponseStatus") >= 500), 0.002, 0.03);
    }

    [Fact]
    public void A_bit_more_than_half_is_mobile_and_some_are_named_bots()
    {
        Assert.InRange(Share(r => r.Text("ClientDeviceType") == "mobile"), 0.48, 0.62);
        Assert.InRange(Share(r => r.Text("VerifiedBotCategory").Length > 0), 0.045, 0.11);
    }

    [Fact]
    public void Most_requests_match_no_rule()
    {
        Assert.InRange(Share(r => r.Text("SecurityAction").Length == 0), 0.7, 0.84);
        Assert.InRange(Share(r => r.Text("SecurityAction") == "skip"), 0.15, 0.27);
        Assert.InRange(Share(r => r.Text("SecurityAction") == "managedChallenge"), 0.003, 0.015);
    }

    [Fact]
    public void Visitors_are_many_and_none_is_most_of_the_traffic()
    {
        var perClient = Requests.GroupBy(r => r.Text("ClientIP")).Select(g => g.Count()).OrderDescending().ToList();

        Assert.InRange(perClient.Count, 1_500, 6_000);
        Assert.InRange(perClient[0] / (double)Requests.Count, 0.005, 0.05);
        Assert.InRange(perClient.Take(10).Sum() / (double)Requests.Count, 0.05, 0.25);
        Assert.InRange(perClient[perClient.Count / 2], 2, 9);
        Assert.InRange(perClient.Count(n => n == 1) / (double)perClient.Count, 0.15, 0.45);
    }

    [Fact]
    public void The_evening_is_several_times_as_busy_as_the_night()
    {
        var perHour = Requests.GroupBy(r => r.Time("EdgeStartTimestamp").Hour).ToDictionary(g => g.Key, g => (double)g.Count());

        var evening = perHour[19] + perHour[20] + perHour[21];
        var night = perHour[2] + perHour[3] + perHour[4];

        Assert.InRange(evening / night, 2.5, 7);
    }

    [Fact]
    public void Requests_come_in_bursts()
    {
        var perSecond = Requests.GroupBy(r => r.Text("EdgeStartTimestamp")[..19]).Select(g => (double)g.Count()).ToList();

        var mean = perSecond.Sum() / 86_400;
        var variance = perSecond.Sum(n => n * n) / 86_400 - mean * mean;

        Assert.InRange(variance / mean, 3, 20);
    }

    [Fact]
    public void Addresses_belong_to_nobody()
    {
        Assert.All(Requests.Select(r => r.Text("ClientIP")).Distinct(), ip => Assert.Matches(
            @"^(100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|198\.1[89]|198\.51\.100|203\.0\.113|192\.0\.2|2001:db8)[.:]", ip));
        Assert.All(
            Requests.Select(r => r.Number("ClientASN")).Distinct(),
            asn => Assert.True(asn is (>= 64496 and <= 64511) or (>= 65536 and <= 65551)));
    }

    static double Share(Func<JsonElement, bool> isPart) => Requests.Count(isPart) / (double)Requests.Count;
}
