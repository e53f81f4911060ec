using Microsoft.Extensions.Logging;
using Varve.Query.Workers;

namespace Varve.Query.Execution;

/// <summary>The turns of a kind of query, and the engine that they run on, which is made when it is needed and replaced when a query on it cannot be stopped.</summary>
sealed class EngineLane : IDisposable
{
    readonly LaneSettings _settings;
    readonly string? _dataFolder;
    readonly string _temporaryFolder;
    readonly bool _filesGrow;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly Lock _lock = new();
    EngineInstance? _instance;
    int _instances;
    int _givenUp;

    /// <param name="settings">What it may take.</param>
    /// <param name="dataFolder">The only folder whose files are read; null when there is none.</param>
    /// <param name="temporaryFolder">Where folders for what does not fit in memory are made.</param>
    /// <param name="filesGrow">True when files may get further content while they keep their names: nothing of them may be remembered.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Told of queries that cannot be stopped.</param>
    /// <param name="workers">How queries run in processes of their own; null when they do not.</param>
    public EngineLane(LaneSettings settings, string? dataFolder, string temporaryFolder, bool filesGrow, TimeProvider clock, ILogger logger, QueryWorkers? workers = null)
    {
        (_settings, _dataFolder, _temporaryFolder, _filesGrow, _clock, _logger) = (settings, dataFolder, temporaryFolder, filesGrow, clock, logger);
        Turns = new QueryTurns(settings, clock);
        Directory.CreateDirectory(temporaryFolder);
        if (workers is { Isolation: QueryIsolation.All } || (workers is { Isolation: QueryIsolation.Heavy } && IsHeavy))
            Workers = new WorkerPool(workers, settings, dataFolder, filesGrow, temporaryFolder, clock);
    }

    /// <summary>Its name.</summary>
    public string Name => _settings.Name;

    /// <summary>True when it takes the queries that read much.</summary>
    public bool IsHeavy => _settings.IsHeavy;

    /// <summary>The processes that its queries run in; null when they run in this one.</summary>
    public WorkerPool? Workers { get; }

    /// <summary>Who may run.</summary>
    public QueryTurns Turns { get; }

    /// <summary>How fast its queries are.</summary>
    public LaneSpeed Speed { get; } = new();

    /// <summary>Queries given up that still run.</summary>
    public int GivenUp => Volatile.Read(ref _givenUp);

    /// <summary>A call to the engine.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="giveUp">Told when it does not stop although it was cancelled.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Storage.VarveException">Too many queries could not be stopped.</exception>
    public IEngineCall Begin(EngineRequest request, Action<EngineCall> giveUp, CancellationToken cancellationToken)
    {
        if (Workers is not null)
            return new WorkerCall(request, Workers, _settings, _clock, cancellationToken);
        if (GivenUp > _settings.GivenUpMax)
            throw EngineFaults.Stuck();
        lock (_lock)
            return new EngineCall(request, _instance ??= NewInstance(), _settings.StopGrace, giveUp, _clock, cancellationToken);
    }

    /// <summary>Notes that a query does not stop. Those that come after it get another engine; those beside it go on where they are.</summary>
    public void GiveUp(EngineCall call)
    {
        Interlocked.Increment(ref _givenUp);
        Telemetry.GivenUp.Add(1, new KeyValuePair<string, object?>("lane", Name));
        Log.GivenUp(_logger, Name, GivenUp);
        lock (_lock)
        {
            if (_instance != call.Instance)
                return;
            _instance = null;
        }

        call.Instance.Dispose();
    }

    /// <summary>Notes that a query which was given up has ended after all.</summary>
    public void CameBack() => Interlocked.Decrement(ref _givenUp);

    /// <inheritdoc/>
    public void Dispose()
    {
        Workers?.Dispose();
        lock (_lock)
            _instance?.Dispose();
    }

    EngineInstance NewInstance() => new(
        _settings.MemoryBytes, _settings.DiskBytes, _dataFolder, _filesGrow, Path.Combine(_temporaryFolder, FormattableString.Invariant($"{Name}-{++_instances}")));
}
