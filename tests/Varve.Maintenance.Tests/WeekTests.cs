using System.Globalization;
using System.Text;
using Apache.Arrow;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest;
using Varve.Maintenance.Rules;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Maintenance.Tests;

/// <summary>
/// Days of ingest by two nodes in fast motion, looked after by two keepers at once that lose answers, fail and die, while readers read what they began to
/// read hours ago. What was acknowledged and is within the retention is there, once.
/// </summary>
public sealed class WeekTests
{
    const int Days = 7;
    const int BatchesOfHour = 12;
    const int RowsOfBatch = 15;
    const int KeptDays = 3;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    public async Task A_week_loses_and_doubles_nothing_and_leaves_files_and_log_small(int seed)
    {
        var week = new Week(seed);
        await week.BeginAsync();
        for (var hour = 0; hour < Days * 24; hour++)
            await week.RunHourAsync(hour);

        Assert.True(week.Commits > Days * 24 * BatchesOfHour);
        Assert.True(week.Deaths > 10, $"{week.Deaths} keepers died");
        // Of a day that is over: a file for each level, and what came late since.
        Assert.InRange(week.FilesMost, 1, 90);
        Assert.InRange(await week.ObjectsAsync("_delta_log/"), 1, 1200);
        Assert.InRange(await week.ObjectsAsync("date="), 1, 700);
    }

    sealed class Week
    {
        static readonly TableName Name = new("acme", "shop", "http_requests");
        static readonly MaintenanceLimits Limits = new() { TargetFileBytes = 60_000, FreshFilesMax = 12, SplitRowsMin = 300, IndexedFileBytesMin = 1000 };

        readonly Random _random;
        readonly MovableClock _clock = new(new DateTimeOffset(2026, 11, 16, 0, 0, 0, TimeSpan.Zero));
        readonly MemoryObjectStore _store;
        readonly DatasetRegistry _datasets;
        readonly IngestPipeline[] _nodes;
        readonly SortedDictionary<string, DateOnly> _rows = new(StringComparer.Ordinal);
        readonly Queue<(Snapshot Snapshot, List<string> Rows)> _readers = [];
        DeltaTable? _table;
        int _next;

        public Week(int seed)
        {
            _random = new Random(seed);
            _store = new MemoryObjectStore(_clock);
            _datasets = new DatasetRegistry(_store, _clock);
            _nodes = [NewNode(), NewNode()];
        }

        public int Deaths { get; private set; }

        public int FilesMost { get; private set; }

        public long Commits => _table!.Latest.Version;

        public async Task BeginAsync()
        {
            await IngestAsync(0);
            _table = (await DeltaTable.OpenAsync(_store, Name.Path, new DeltaOptions { Clock = _clock }, logger: null, Token))!;
            await _table.SetPropertiesAsync(
                new Dictionary<string, string> { ["delta.logRetentionDuration"] = "interval 1 day", ["delta.deletedFileRetentionDuration"] = "interval 12 hours" }, [], Token);
            await NewKeeper(_store).SetRetentionAsync(Name, RetentionRule.Parse($"{KeptDays}d"), new Actor("ann", "policy"), Token);
        }

        public async Task RunHourAsync(int hour)
        {
            var keepers = new[] { KeepAsync(), KeepAsync() };
            for (var batch = 0; batch < BatchesOfHour; batch++)
                await IngestAsync(batch % _nodes.Length);
            await Task.WhenAll(keepers);
            // A round that nobody disturbs, now and then: else what is to be checked would always be on its way.
            if (hour % 6 == 5)
                await CheckAsync();
            _clock.Advance(TimeSpan.FromHours(1));
        }

        public async Task<int> ObjectsAsync(string prefix)
        {
            var count = 0;
            await foreach (var found in _store.ListAsync($"{Name.Path}/", startAfter: null, Token))
                count += found.Path.StartsWith($"{Name.Path}/{prefix}", StringComparison.Ordinal) ? 1 : 0;
            return count;
        }

        /// <summary>A keeper whose store fails by chance, and which in one of three rounds dies in the middle of it.</summary>
        async Task KeepAsync()
        {
            var (seed, isMortal) = (_random.Next(), _random.Next(3) == 0);
            var death = isMortal ? _random.Next(20, 400) : int.MaxValue;
            var chance = new Random(seed);
            using var dying = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var store = new FaultyObjectStore(_store, call =>
            {
                if (call.Number >= death)
                {
                    dying.Cancel();
                    return StoreFault.FailBefore;
                }

                lock (chance)
                    return (call.Operation, chance.Next(200)) switch
                    {
                        (StoreOperation.PutIfAbsent, < 4) => StoreFault.LoseAnswer,
                        (StoreOperation.PutIfAbsent, < 6) => StoreFault.LandLate,
                        (_, 7) => StoreFault.FailBefore,
                        (StoreOperation.Put or StoreOperation.Delete, 8) => StoreFault.FailAfter,
                        _ => StoreFault.None,
                    };
            });
            try
            {
                await NewKeeper(store).RunOnceAsync(dying.Token);
            }
            catch (Exception fault) when (fault is VarveException or OperationCanceledException && !Token.IsCancellationRequested)
            {
                // It goes on with the next round, as another.
            }

            Deaths += dying.IsCancellationRequested ? 1 : 0;
        }

        async Task CheckAsync()
        {
            Assert.All(await NewKeeper(_store).RunOnceAsync(Token), report => Assert.Null(report.Fault));
            var snapshot = await _table!.RefreshAsync(Token);
            FilesMost = Math.Max(FilesMost, snapshot.Files.Count);
            var cutOff = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime.AddDays(-KeptDays));
            var expected = _rows.Where(row => row.Value >= cutOff).Select(row => row.Key).ToList();
            Assert.Equal(expected, await RaysAsync(snapshot));
            // What was begun hours ago reads what it would have read then.
            _readers.Enqueue((snapshot, expected));
            if (_readers.Count > 2)
            {
                var (old, rows) = _readers.Dequeue();
                Assert.Equal(rows, await RaysAsync(old));
            }
        }

        async Task<List<string>> RaysAsync(Snapshot snapshot)
        {
            var rays = new List<string>();
            await foreach (var batch in _table!.Scan(snapshot, ["RayID"]).ReadAsync(Token))
                using (batch)
                    rays.AddRange(Enumerable.Range(0, batch.Length).Select(row => ((StringArray)batch.Column(0)).GetString(row)));
            rays.Sort(StringComparer.Ordinal);
            return rays;
        }

        async Task IngestAsync(int node)
        {
            var lines = new StringBuilder();
            for (var row = 0; row < RowsOfBatch; row++)
            {
                // One in thirty is a day late, as from a sender that was away.
                var time = _clock.GetUtcNow().AddSeconds(-_random.Next(3000)).AddDays(_random.Next(30) == 0 ? -1 : 0);
                var ray = string.Create(CultureInfo.InvariantCulture, $"r{_next++:D7}");
                _rows[ray] = DateOnly.FromDateTime(time.UtcDateTime);
                lines.Append(CultureInfo.InvariantCulture, $"{{\"RayID\":\"{ray}\",\"ClientIP\":\"192.0.2.{row}\",\"EdgeResponseStatus\":{200 + row},\"EdgeStartTimestamp\":\"{time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\"}}\n");
            }

            using var body = new MemoryStream(Encoding.UTF8.GetBytes(lines.ToString()));
            var outcome = await _nodes[node].IngestAsync(new IngestTarget(Name.Account, Name.Zone!, DatasetCatalog.BuiltIn.Find(Name.Dataset)!, "test"), body, Token);
            Assert.Equal((RowsOfBatch, 0L), (outcome.Accepted, outcome.Rejected));
        }

        IngestPipeline NewNode() => new(_store, DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions { Clock = _clock });

        TableKeeper NewKeeper(IObjectStore store) => new(store, _datasets, Limits, new MaintenanceOptions { Clock = _clock }, NullLogger<TableKeeper>.Instance);
    }
}
