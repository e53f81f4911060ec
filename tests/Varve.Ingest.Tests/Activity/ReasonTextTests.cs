using Varve.Ingest.Activity;

namespace Varve.Ingest.Tests.Activity;

public sealed class ReasonTextTests
{
    [Theory]
    [InlineData("not a JSON object", "not a JSON object", "not a JSON object")]
    [InlineData("not valid UTF-8", "not valid UTF-8", "not valid UTF-8")]
    [InlineData("longer than 4194304 bytes", "longer than 4194304 bytes", "longer than n bytes")]
    [InlineData("not JSON: 'n' is an invalid start of a value", "not JSON: '…' is an invalid start of a value", "not JSON: '…' is an invalid start of a value")]
    [InlineData("value 'it's secret' of field 'x' at 17", "value '…' at 17", "value '…' at n")]
    [InlineData("can't be read", "can't be read", "can't be read")]
    [InlineData("begins with 'secret and does not end", "begins with '…'", "begins with '…'")]
    [InlineData("value \"a\nsecret\" at 3", "value \"…\" at 3", "value \"…\" at n")]
    [InlineData("two\r\nlines", "two lines", "two lines")]
    public void What_differs_from_line_to_line_is_left_out(string reason, string shown, string key)
    {
        Assert.Equal(shown, ReasonText.Shown(reason));
        Assert.Equal(key, ReasonText.Key(shown));
    }

    [Theory]
    [InlineData(160, 160)]
    [InlineData(161, 161)]
    [InlineData(5000, 161)]
    public void A_long_reason_is_cut(int length, int shown) => Assert.Equal(shown, ReasonText.Shown(new string('a', length)).Length);

    [Theory]
    [InlineData("http 0HN4", "http")]
    [InlineData("logpush 0HN4", "logpush")]
    [InlineData("s3://logs/2026/a b.gz", "bucket")]
    [InlineData("logs/a.ndjson", "file")]
    [InlineData("/var/log/a b.ndjson", "file")]
    [InlineData("Report 7.ndjson", "file")]
    [InlineData("", "file")]
    public void The_way_is_the_first_word_of_the_source(string source, string kind) => Assert.Equal(kind, SourceKind.Of(source));
}
