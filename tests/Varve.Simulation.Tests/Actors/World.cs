using Varve.Delta;
using Varve.Delta.Schema;
using Varve.Simulation.Tests.Scheduling;
using Varve.Simulation.Tests.Store;
using Varve.Storage;

namespace Varve.Simulation.Tests.Actors;

/// <summary>All that the actors of one run share.</summary>
sealed class World
{
    /// <summary>The folder of the table.</summary>
    public const string Table = "t";

    /// <summary>Clocks are wrong by at most this much.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(2);

    int _machines;

    public World(int seed, SimulationOptions options)
    {
        (Random, Options) = (new Random(seed), options);
        Scheduler = new Scheduler(Random);
        Trace = new Trace(Scheduler);
        Weather = new Weather(Random, options.FaultRate);
        Bucket = new Bucket(Scheduler);
        Audit = new Audit(this);
        Bucket.Written = Audit.Written;
        Bucket.Deleted = Audit.Deleted;
        (Skews, Retries) = (Random.Next(2) == 0, Random.Next(2) == 0);
        FileRetention = TimeSpan.FromHours(Random.Next(3) switch { 0 => 2, 1 => 24, _ => 168 });
        LogRetention = FileRetention * Random.Next(1, 5);
        Definition = new TableDefinition(new TableSchema([new DeltaField("x", DeltaType.String)]), [])
        {
            Properties = new Dictionary<string, string>
            {
                ["delta.checkpointInterval"] = Text(Random.Next(2, 24)),
                ["delta.deletedFileRetentionDuration"] = $"interval {Text((long)FileRetention.TotalHours)} hours",
                ["delta.logRetentionDuration"] = $"interval {Text((long)LogRetention.TotalHours)} hours",
                ["delta.checkpointPolicy"] = Random.Next(3) == 0 ? "v2" : "classic",
            },
        };
    }

    public Random Random { get; }

    public SimulationOptions Options { get; }

    public Scheduler Scheduler { get; }

    public Trace Trace { get; }

    public Weather Weather { get; }

    public Bucket Bucket { get; }

    public Audit Audit { get; }

    public TableDefinition Definition { get; }

    /// <summary>How long removed files are kept.</summary>
    public TimeSpan FileRetention { get; }

    /// <summary>How long old versions can be read.</summary>
    public TimeSpan LogRetention { get; }

    bool Skews { get; }

    /// <summary>Whether requests that fail are sent again below the library, as they are to a real bucket.</summary>
    bool Retries { get; }

    /// <summary>A new process with a clock of its own.</summary>
    public Machine NewMachine(string name)
    {
        var skew = Skews ? (2 * Random.NextDouble() - 1) * SkewMax : TimeSpan.Zero;
        return new Machine($"{name}#{++_machines}", Scheduler, skew);
    }

    /// <summary>The bucket as the machine reaches it.</summary>
    public IObjectStore StoreOf(Machine machine)
    {
        var store = Options.Wrap(new BucketClient(Bucket, machine, Scheduler, Weather, Trace), Random);
        return Retries ? new RetryingObjectStore(store, new RetryOptions(), machine.Clock, Random.NextDouble) : store;
    }

    /// <summary>The settings of the library on the machine.</summary>
    public DeltaOptions OptionsOf(Machine machine) => new() { Clock = machine.Clock, Random = Random.NextDouble, NewId = NewId };

    static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    Guid NewId()
    {
        var bytes = new byte[16];
        Random.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>The path in the bucket of a file of the table.</summary>
    public static string InBucket(string path) => $"{Table}/{path}";
}
