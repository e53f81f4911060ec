using Varve.Delta.Scan;

namespace Varve.Delta.Tests.Scan;

public sealed class RowTextTests
{
    [Theory]
    [InlineData(0, "1970-01-01")]
    [InlineData(-1, "1969-12-31")]
    [InlineData(19_782, "2024-02-29")]
    [InlineData(19_783, "2024-03-01")]
    [InlineData(-719_162, "0001-01-01")]
    [InlineData(2_932_896, "9999-12-31")]
    public void A_day_is_written_with_year_month_and_day(int day, string text) => Assert.Equal(text, RowText.DateText(day));

    [Fact]
    public void Every_day_that_a_calendar_has_is_written_as_it_has_it()
    {
        for (var day = -719_162; day <= 2_932_896; day += 97)
            Assert.Equal(new DateOnly(1970, 1, 1).AddDays(day).ToString("yyyy-MM-dd", null), RowText.DateText(day));
    }

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000000")]
    [InlineData(-1, "1969-12-31T23:59:59.999999")]
    [InlineData(86_399_123_456, "1970-01-01T23:59:59.123456")]
    [InlineData(-86_400_000_000, "1969-12-31T00:00:00.000000")]
    public void A_time_has_six_digits_after_the_point(long microseconds, string text) => Assert.Equal(text, RowText.TimestampText(microseconds));

    [Theory]
    [InlineData(0, 2, "0.00")]
    [InlineData(-5, 2, "-0.05")]
    [InlineData(1234, 2, "12.34")]
    [InlineData(-1234, 0, "-1234")]
    public void A_decimal_has_all_digits_of_its_scale(long value, int scale, string text) => Assert.Equal(text, RowText.DecimalText(value, scale));
}
