using Apache.Arrow;
using Varve.Delta;
using Varve.Delta.Scan;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Simulation.Tests.Processes;

/// <summary>Eight real processes that append to one table and are killed at any moment: what they said is stored is there, once.</summary>
public sealed class ProcessTests(ITestOutputHelper output)
{
    const int Writers = 8;
    const int Kills = 20;
    const int Seed = 1;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_writers_of_a_folder_lose_nothing_and_store_nothing_twice()
    {
        using var folder = new TemporaryFolder();

        await WriteAndCheckAsync($"file://{folder.FullPath}", new LocalObjectStore(folder.FullPath), new Dictionary<string, string>());
    }

    [Fact]
    public async Task Killed_writers_of_a_bucket_lose_nothing_and_store_nothing_twice()
    {
        if (CephServer.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip(missing);
        await using var ceph = new CephServer();
        await ceph.MakeBucketAsync("logs", Token);
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = await ceph.EndpointAsync(),
            ["AWS_ACCESS_KEY_ID"] = CephServer.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = CephServer.SecretAccessKey,
        };
        using var store = new Varve.Storage.S3.S3ObjectStore("s3://logs/a", new Varve.Storage.S3.S3Options
        {
            Endpoint = environment["AWS_ENDPOINT_URL"],
            AccessKeyId = CephServer.AccessKeyId,
            SecretAccessKey = CephServer.SecretAccessKey,
        });

        await WriteAndCheckAsync("s3://logs/a", store, environment);
    }

    async Task WriteAndCheckAsync(string address, IObjectStore store, IReadOnlyDictionary<string, string> environment)
    {
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var writers = Enumerable.Range(1, Writers).Select(number => new WriterProcess(address, "t", $"writer-{number}", environment)).ToList();
        try
        {
            writers.ForEach(writer => writer.Start());
            // No killing before there is something to lose.
            while (writers.Sum(writer => writer.Stored) < Writers && writers.All(writer => writer.Errors.Length == 0))
                await PauseAsync(100);
            for (var kill = 0; kill < Kills; kill++)
            {
                await PauseAsync(random.Next(1, 1_000));
                var writer = writers[random.Next(writers.Count)];
                await writer.KillAsync();
                writer.Start();
            }

            // All at once: one that goes on keeps the others from their last commit.
            var ends = writers.Select(writer => writer.EndAsync(Token)).ToList();
            for (var index = 0; index < Writers; index++)
                Assert.True(await ends[index] == 0, writers[index].Errors);
            await CheckAsync(store, writers);
        }
        finally
        {
            writers.ForEach(writer => writer.Dispose());
        }
    }

    async Task CheckAsync(IObjectStore store, List<WriterProcess> writers)
    {
        var table = await DeltaTable.OpenAsync(store, "t", options: null, logger: null, Token);
        var snapshot = table!.Latest;
        var rows = new List<string>();
        await foreach (var batch in new TableScan(store, "t", snapshot).ReadAsync(Token))
            using (batch)
                rows.AddRange((StringArray)batch.Column(0));
        output.WriteLine($"{snapshot.Version} versions, {writers.Sum(writer => writer.Kills)} kills, {rows.Count} rows");

        Assert.InRange(snapshot.Version, Writers, long.MaxValue);
        Assert.Equal(rows.Count, rows.Distinct().Count());
        foreach (var writer in writers)
        {
            var last = snapshot.Transactions.GetValueOrDefault(writer.AppId)?.Version ?? 0;
            Assert.InRange(last, writer.Stored, long.MaxValue);
            var expected = Enumerable.Range(1, (int)last).SelectMany(batch => Enumerable.Range(0, WriterProcess.BatchRows).Select(row => $"{writer.AppId}.{batch}.{row}"));
            Assert.Equal(expected.Order(StringComparer.Ordinal), rows.Where(row => row.StartsWith(writer.AppId + ".", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }

        for (var version = 0L; version <= snapshot.Version; version++)
            Assert.True(await store.HeadAsync(TestTable.CommitPath(version), Token) is not null, $"version {version} is missing");
    }

    static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, Token);
}
