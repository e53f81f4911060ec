using System.Globalization;
using System.Text;
using CsCheck;
using Varve.Ingest.Records;

namespace Varve.Ingest.Tests.Records;

public sealed class TimestampParserTests
{
    [Theory]
    [InlineData("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000000")]
    [InlineData("2026-11-22t10:00:00z", "2026-11-22T10:00:00.000000")]
    [InlineData("2026-11-22 10:00:00", "2026-11-22T10:00:00.000000")]
    [InlineData("2026-11-22T10:00:00.1Z", "2026-11-22T10:00:00.100000")]
    [InlineData("2026-11-22T10:00:00.123456789Z", "2026-11-22T10:00:00.123456")]
    [InlineData("2023-05-19T06:42:57+09:30", "2023-05-18T21:12:57.000000")]
    [InlineData("2023-05-19T06:42:57-0100", "2023-05-19T07:42:57.000000")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000")]
    [InlineData("1653485126", "2022-05-25T13:25:26.000000")]
    [InlineData("1653485126123", "2022-05-25T13:25:26.123000")]
    [InlineData("1653485126123456", "2022-05-25T13:25:26.123456")]
    [InlineData("1653485126123456789", "2022-05-25T13:25:26.123456")]
    [InlineData("1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000000")]
    [InlineData("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000")]
    public void Every_form_of_an_instant_is_read(string text, string expected)
    {
        Assert.True(TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), out var microseconds));
        Assert.Equal(expected, DateTime.UnixEpoch.AddTicks(microseconds * 10).ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("-1653485126")]
    [InlineData("99999999")]
    [InlineData("2026-11-22")]
    [InlineData("2026-11-22T10:00Z")]
    [InlineData("2026-13-22T10:00:00Z")]
    [InlineData("2026-02-29T10:00:00Z")]
    [InlineData("2026-11-22T24:00:00Z")]
    [InlineData("2026-11-22T10:00:61Z")]
    [InlineData("2026-11-22T10:00:00.Z")]
    [InlineData("2026-11-22T10:00:00.1234567890Z")]
    [InlineData("2026-11-22T10:00:00+25:00")]
    [InlineData("2026-11-22T10:00:00 UTC")]
    [InlineData("2026-11-22T10:00:00Zx")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2026/11/22 10:00:00")]
    [InlineData("1653485126x")]
    public void What_is_no_instant_is_refused(string text) => Assert.False(TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void An_instant_is_the_same_in_every_unit_that_can_hold_it()
    {
        Gen.Long[100_000_000, 99_999_999_999].Sample(seconds =>
        {
            long Parse(string text) => TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), out var value) ? value : -1;

            var expected = seconds * 1_000_000;
            var rfc = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

            return Parse($"{seconds}") == expected && Parse($"{seconds}000") == expected && Parse($"{seconds}000000") == expected
                && (seconds > 9_000_000_000 || Parse($"{seconds}000000000") == expected) && Parse(rfc) == expected;
        });
    }
}
