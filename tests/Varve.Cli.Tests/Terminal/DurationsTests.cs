using Varve.Cli.Terminal;

namespace Varve.Cli.Tests.Terminal;

public sealed class DurationsTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("365d", 31_536_000)]
    public void A_duration_is_a_number_and_a_unit(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Parse("--x", text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("1.5h")]
    [InlineData("5 m")]
    [InlineData("366d")]
    [InlineData("99999999999999999999d")]
    public void Anything_else_is_refused(string text)
    {
        var fault = Assert.Throws<UsageException>(() => Durations.Parse("--settle", text));

        Assert.StartsWith($"--settle '{text}' is no duration", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_instant_may_be_written_as_the_time_that_has_passed_since()
    {
        Assert.Equal(Now.AddDays(-7), Durations.ParseInstant("--since", "7d", Now));
        Assert.Equal(Now.AddHours(-1), Durations.ParseInstant("--since", "2026-11-28T11:00:00Z", Now));
        Assert.Throws<UsageException>(() => Durations.ParseInstant("--since", "soon", Now));
    }
}
