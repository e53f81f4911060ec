using Varve.Maintenance.Rules;
using Varve.Storage;

namespace Varve.Maintenance.Tests.Rules;

public sealed class RetentionRuleTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("30d", "30d")]
    [InlineData(" 1D ", "1d")]
    [InlineData("for ever", "for ever")]
    [InlineData("forever", "for ever")]
    [InlineData("36500d", "36500d")]
    public void Days_are_read_and_written(string text, string expected) => Assert.Equal(expected, RetentionRule.Parse(text).ToString());

    [Theory]
    [InlineData("36h", "36h")]
    [InlineData("48h", "2d")]
    public void Hours_are_for_retention_by_time(string text, string expected) => Assert.Equal(expected, RetentionRule.Parse(text, RetentionUnit.Time).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("36501d")]
    [InlineData("30")]
    [InlineData("30 days")]
    [InlineData("1.5d")]
    [InlineData("36h")]
    [InlineData("99999999999d")]
    public void Others_are_refused_with_what_to_write(string text)
    {
        var fault = Assert.Throws<VarveException>(() => RetentionRule.Parse(text));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void By_date_whole_days_go_and_by_time_single_records()
    {
        Assert.Equal(new DateTimeOffset(2026, 11, 15, 0, 0, 0, TimeSpan.Zero), RetentionRule.Parse("7d").CutOff(Now));
        Assert.Equal(Now.AddDays(-7), RetentionRule.Parse("7d", RetentionUnit.Time).CutOff(Now));
        Assert.Null(RetentionRule.ForEver.CutOff(Now));
    }
}
