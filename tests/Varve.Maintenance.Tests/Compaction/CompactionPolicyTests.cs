using CsCheck;
using Varve.Maintenance.Compaction;

namespace Varve.Maintenance.Tests.Compaction;

public sealed class CompactionPolicyTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    static readonly MaintenanceLimits Limits = new();

    [Fact]
    public void A_few_fresh_files_wait() => Assert.Empty(Plan(Fresh(63, 1_000_000, 20_000)));

    [Fact]
    public void Many_fresh_files_are_split_by_level()
    {
        var job = Assert.Single(Plan(Fresh(64, 1_000_000, 20_000)));

        Assert.True(job.Splits);
        Assert.Equal(64, job.Files.Count);
    }

    [Fact]
    public void Large_fresh_files_do_not_wait_for_more() => Assert.True(Assert.Single(Plan(Fresh(13, 10_000_000, 200_000))).Splits);

    [Fact]
    public void Few_rows_stay_together()
    {
        var job = Assert.Single(Plan(Fresh(64, 10_000, 10)));

        Assert.False(job.Splits);
        Assert.Null(job.Level);
    }

    [Fact]
    public void What_has_no_id_is_never_split() => Assert.All(Plan(Fresh(200, 1_000_000, 20_000), canSplit: false), job => Assert.False(job.Splits));

    [Fact]
    public void The_rest_of_a_day_that_is_over_is_merged_when_it_is_quiet()
    {
        var files = Fresh(3, 1_000_000, 20_000).Select(file => file with { Date = "2026-11-21" }).ToList();

        Assert.True(Assert.Single(CompactionPolicy.Plan(files, true, Limits, Now.AddHours(1))).Splits);
        Assert.Empty(CompactionPolicy.Plan(files, true, Limits, Now.AddMinutes(59)));
    }

    [Fact]
    public void A_file_of_the_target_size_is_left_alone() =>
        Assert.Empty(CompactionPolicy.Plan([File(0, 0, 128_000_000, 1), File(1, 0, 126_000_000, 1), File(2, 0, 5_000_000, 1)], true, Limits, Now.AddDays(2)));

    [Fact]
    public void A_merge_is_bounded_in_bytes_and_in_files()
    {
        Assert.InRange(Assert.Single(Plan(Fresh(100, 30_000_000, 1_000_000))).SizeBytes, Limits.TargetFileBytes, Limits.MergeBytesMax);
        Assert.Equal(Limits.MergeFilesMax, Assert.Single(Plan(Fresh(2000, 1_000, 1_000))).Files.Count);
    }

    /// <summary>A day of ingest at one rate, compacted whenever a merge is due; then the day ends.</summary>
    [Theory]
    [InlineData(1.0, 4_500_000, 94_000, 3)]
    [InlineData(10.0, 1_100_000, 24_000, 3)]
    [InlineData(60.0, 5_000_000, 100_000, 3)]
    [InlineData(60.0, 200_000, 4_000, 3)]
    // Of very small files there are more than two steps to the target.
    [InlineData(30.0, 2_000, 10, 4)]
    [InlineData(1.0, 10_000, 100, 4)]
    public void Whatever_the_rate_files_are_few_and_rows_are_rewritten_a_few_times(double secondsBetween, long bytes, long rows, double rewritesMost)
    {
        var table = new SimulatedTable(secondsBetween, bytes, rows);

        table.RunDay(new DateOnly(2026, 11, 22));

        Assert.InRange(table.FilesMost, 1, 200);
        Assert.InRange(table.RewrittenShare, 0, rewritesMost);
        Assert.InRange(table.SmallFilesOf("2026-11-22"), 0, 12);
    }

    [Fact]
    public void A_plan_never_takes_a_file_twice_and_comes_to_an_end() => Gen.Select(
            Gen.Int[0, 2].Select(Gen.Int[-1, 3], Gen.Long[1, 200_000_000], Gen.Long[0, 3_000_000]).List[0, 120], Gen.Int[0, 72])
        .Sample((sizes, hours) =>
        {
            var files = sizes.Select((size, number) => File(number, size.Item2 < 0 ? null : (byte)size.Item2, size.Item3, size.Item4) with { Date = $"2026-11-{20 + size.Item1}" }).ToList();
            for (var pass = 0; pass < 200; pass++)
            {
                var jobs = CompactionPolicy.Plan(files, true, Limits, Now.AddHours(hours)).ToList();
                if (jobs.Count == 0)
                    return;
                var taken = jobs.SelectMany(job => job.Files).Select(file => file.Key).ToList();
                Assert.Equal(taken.Count, taken.Distinct().Count());
                Assert.All(jobs, job => Assert.True(job.Files.Count > 1 || job.Splits));
                foreach (var job in jobs)
                    files = SimulatedTable.Apply(files, job, Now);
            }

            Assert.Fail("There is always one merge more.");
        }, iter: 2000, threads: 1);

    static List<CompactionJob> Plan(IEnumerable<FileFacts> files, bool canSplit = true) => [.. CompactionPolicy.Plan(files, canSplit, Limits, Now)];

    static IEnumerable<FileFacts> Fresh(int count, long bytes, long rows) => Enumerable.Range(0, count).Select(number => File(number, null, bytes, rows));

    static FileFacts File(int number, byte? level, long bytes, long rows) => new($"f{number}", "2026-11-22", level, bytes, rows, number, Now);

    /// <summary>A table whose files are only numbers.</summary>
    sealed class SimulatedTable(double secondsBetween, long bytes, long rows)
    {
        static int _next;

        List<FileFacts> _files = [];
        double _ingested;
        double _rewritten;

        public int FilesMost { get; private set; }

        public double RewrittenShare => _rewritten / _ingested;

        public int SmallFilesOf(string date) => _files.Count(file => file.Date == date && file.SizeBytes < Limits.TargetFileBytes * 0.75);

        public void RunDay(DateOnly day)
        {
            var start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
            for (var second = 0.0; second < 86_400; second += secondsBetween)
            {
                var now = start.AddSeconds(second);
                _files.Add(new FileFacts($"i{_next++}", day.ToString("yyyy-MM-dd", null), null, bytes, rows, now.ToUnixTimeMilliseconds() * 1000, now));
                _ingested += bytes;
                // Once a minute, as a keeper does.
                if ((int)(second / 60) != (int)((second - secondsBetween) / 60))
                    Compact(now);
            }

            Compact(start.AddHours(25.5));
        }

        void Compact(DateTimeOffset now)
        {
            while (CompactionPolicy.Plan(_files, true, Limits, now).ToList() is { Count: > 0 } jobs)
                foreach (var job in jobs)
                {
                    _rewritten += job.SizeBytes;
                    _files = Apply(_files, job, now);
                }

            FilesMost = Math.Max(FilesMost, _files.GroupBy(file => file.Date).Max(date => date.Count(file => file.SizeBytes < Limits.TargetFileBytes * 0.75)));
        }

        /// <summary>The files after a merge: as large together as before, cut at the target size.</summary>
        public static List<FileFacts> Apply(List<FileFacts> files, CompactionJob job, DateTimeOffset now)
        {
            var taken = job.Files.Select(file => file.Key).ToHashSet();
            var left = files.Where(file => !taken.Contains(file.Key)).ToList();
            double[] shares = job.Splits ? [0.9, 0.09, 0.009, 0.001] : [1];
            for (var level = 0; level < shares.Length; level++)
            {
                var (rest, rows) = ((long)Math.Ceiling(job.SizeBytes * shares[level]), (long)Math.Ceiling(job.Files.Sum(file => file.Rows) * shares[level]));
                while (rest > 0)
                {
                    var size = Math.Min(rest, Limits.TargetFileBytes);
                    left.Add(new FileFacts($"m{_next++}", job.Date, job.Splits ? (byte)level : job.Level, size, rows * size / Math.Max(1, rest), job.Files[0].Begin, now));
                    rest -= size;
                }
            }

            return left;
        }
    }
}
