using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Files;
using Varve.Delta.Schema;
using Varve.Storage;

// A writer that may be killed at any moment: store address, table, application, rows of a batch. It goes on after the batch that the table
// has, appends batch after batch, and prints each that is certainly stored. It ends when its input does.
var store = ObjectStores.Open(args[0]);
var (root, appId, rows) = (args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
var definition = new TableDefinition(new TableSchema([new DeltaField("row", DeltaType.String)]), [])
{
    Properties = new Dictionary<string, string> { ["delta.checkpointInterval"] = "10" },
};
var pause = new Random();
var stop = new CancellationTokenSource();
_ = Task.Run(() =>
{
    Console.In.ReadToEnd();
    stop.Cancel();
});
var table = await DeltaTable.OpenOrCreateAsync(store, root, definition, options: null, logger: null, CancellationToken.None);
var batch = table.Latest.Transactions.TryGetValue(appId, out var last) ? last.Version + 1 : 1;
for (; !stop.IsCancellationRequested; batch++)
{
    var add = await UploadAsync();
    while (await CommitAsync(add) is false)
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
    await Console.Out.WriteLineAsync($"stored {batch}");
    // Records take time to come in: whoever commits without a pause keeps all others from it.
    await Task.Delay(TimeSpan.FromMilliseconds(pause.Next(100)), TimeProvider.System, CancellationToken.None);
}

async Task<AddFile> UploadAsync()
{
    var values = new StringArray.Builder();
    for (var row = 0; row < rows; row++)
        values.Append($"{appId}.{batch}.{row}");
    using var record = new RecordBatch(new Apache.Arrow.Schema([new Field("row", StringType.Default, nullable: true)], metadata: null), [values.Build()], rows);
    var content = ParquetFile.Write([record]);
    while (true)
    {
        var path = $"{appId}-{batch}-{Guid.NewGuid()}.parquet";
        if (await store.PutIfAbsentAsync(StorePath.Join(root, path), content, CancellationToken.None) != PutOutcome.Created)
            continue;
        return new AddFile
        {
            Path = path,
            PartitionValues = new Dictionary<string, string?>(),
            Size = content.Length,
            ModificationTime = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            DataChange = true,
        };
    }
}

async Task<bool> CommitAsync(AddFile add)
{
    try
    {
        var transaction = new AppTransaction { AppId = appId, Version = batch, LastUpdated = add.ModificationTime };
        var outcome = await table.CommitAsync(new Commit { Operation = "WRITE", Adds = [add], Transaction = transaction }, CancellationToken.None);
        return outcome is CommitOutcome.Conflicted ? throw new InvalidOperationException($"{outcome}") : true;
    }
    catch (VarveException fault) when (fault.Kind == FaultKind.Unavailable)
    {
        return false;
    }
}
