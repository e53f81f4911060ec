using Microsoft.Extensions.Time.Testing;
using Varve.Cli.Ingesting;
using Varve.Cli.Terminal;
using Varve.Ingest;

namespace Varve.Cli.Tests.Terminal;

public sealed class ProgressTextTests
{
    static readonly string[] Parts = ["12.0 MB of 48.0 MB", "4.0 MB/s", "9 s left", "12,345 records", "file 1 of 3"];

    [Theory]
    [InlineData(120, "[##########------------------------------]  12.0 MB of 48.0 MB  4.0 MB/s  9 s left  12,345 records  file 1 of 3")]
    [InlineData(79, "[#####----------------]  12.0 MB of 48.0 MB  4.0 MB/s  9 s left  12,345 records")]
    [InlineData(40, "[####--------------]  12.0 MB of 48.0 MB")]
    [InlineData(20, "[####------------]")]
    public void What_matters_most_stays_when_there_is_little_room(int width, string expected) =>
        Assert.Equal(expected, ProgressText.Line(0.25, Parts, width));

    [Fact]
    public void No_line_is_wider_than_the_terminal()
    {
        for (var width = 1; width < 200; width++)
            foreach (var share in new double?[] { null, 0, 0.5, 1, 1.5 })
                Assert.InRange(ProgressText.Line(share, Parts, width).Length, 0, width);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(999_949, "999.9 kB")]
    [InlineData(999_950, "1.0 MB")]
    [InlineData(12_345_678, "12.3 MB")]
    [InlineData(5e15, "5.0 PB")]
    [InlineData(5e18, "5000.0 PB")]
    public void Bytes_are_shown_in_the_unit_that_fits(double bytes, string expected) => Assert.Equal(expected, Amounts.Bytes(bytes));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.2, "1 s")]
    [InlineData(89, "89 s")]
    [InlineData(120, "2 min")]
    [InlineData(11_100, "3 h 5 min")]
    [InlineData(187_200, "2 d 4 h")]
    public void Durations_are_shown_as_people_say_them(double seconds, string expected) => Assert.Equal(expected, Amounts.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_file_that_is_sent_again_counts_from_its_beginning_and_files_add_up()
    {
        var clock = new FakeTimeProvider();
        var meter = new IngestMeter(filesTotal: 2, bytesTotal: 2_000_000, clock);
        meter.Begin();
        meter.Read(900_000);
        meter.Restart();
        meter.Read(1_000_000);
        clock.Advance(TimeSpan.FromSeconds(2));

        var half = meter.Text(120);
        meter.End(new IngestOutcome(1500, 1, 1, 0, []));
        meter.Begin();
        meter.Report(new IngestProgress(0, 20));
        meter.Read(1_000_000);

        Assert.Equal("[####################--------------------]  1.0 MB of 2.0 MB  500.0 kB/s  2 s left  file 1 of 2", half);
        Assert.EndsWith("2.0 MB of 2.0 MB  1.0 MB/s  1,521 records  file 2 of 2", meter.Text(120), StringComparison.Ordinal);
    }
}
