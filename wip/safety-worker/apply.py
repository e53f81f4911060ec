import shutil, os, re
W='/work/wt-safety/'
def put(src,dst):
    os.makedirs(os.path.dirname(W+dst),exist_ok=True); shutil.copy('/tmp/safety-worker/'+src,W+dst)
def edit(p,*pairs):
    s=open(W+p).read()
    for a,b in pairs:
        assert a in s,(p,a)
        s=s.replace(a,b)
    open(W+p,'w').write(s)
for f in os.listdir('/tmp/safety-worker/src/Varve.Query/Workers'): put('src/Varve.Query/Workers/'+f,'src/Varve.Query/Workers/'+f)
put('src/Varve.Query/Execution_IEngineCall.cs','src/Varve.Query/Execution/IEngineCall.cs')
put('src/Varve.Cli/Commands/QueryWorkerCommand.cs','src/Varve.Cli/Commands/QueryWorkerCommand.cs')
for d in ['tests/Varve.Query.Worker','tests/Varve.Query.Tests/Workers','tests/Varve.EndToEnd.Tests']:
    for f in os.listdir('/tmp/safety-worker/'+d): put(d+'/'+f,d+'/'+f)
edit('src/Varve.Query/Execution/EngineCall.cs',
 ('sealed class EngineCall : IDisposable','sealed class EngineCall : IEngineCall'),
 ('''    /// <summary>Runs the statement, and blocks until all its rows are taken.</summary>
    /// <param name="started">Told the columns, when the first rows are there.</param>
    /// <param name="send">Takes the rows.</param>
    /// <returns>True when there are more rows than are wanted.</returns>
''','    /// <inheritdoc/>\n'),
 ('''    /// <summary>The engine's guess of how much is done, 0 to 100; null when it has none.</summary>
''','    /// <inheritdoc/>\n'))
edit('src/Varve.Query/Execution/EngineFaults.cs',
 ('''    public static VarveException AnswerTooLarge''','''    public static VarveException WorkerOutOfMemory(long bytesMax) => New(FaultKind.LimitExceeded, "out_of_memory",
        $"The query's process took more than {bytesMax >> 20} MiB of memory and was ended. Narrow the time range, or group by a field with fewer values.");

    public static VarveException WorkerDied(int exitCode) => New(FaultKind.Internal, "engine_crashed",
        $"The query's process ended in the middle of the query ({exitCode}). Other queries are not affected. If the statement does so again, report it.");

    public static VarveException AnswerTooLarge'''))
edit('src/Varve.Query/Execution/LaneSettings.cs',
 ('''    /// <summary>Queries given up that still run.</summary>''','''    /// <summary>Memory of one worker, past which it is killed.</summary>
    public required long WorkerBytesMax { get; init; }

    /// <summary>How long a worker that nobody needs is kept.</summary>
    public required TimeSpan WorkerIdleMax { get; init; }

    /// <summary>How often the memory of a worker is looked at.</summary>
    public required TimeSpan MemoryLookEvery { get; init; }

    /// <summary>Queries given up that still run.</summary>'''),
 ('''            GivenUpMax = limits''','''            WorkerBytesMax = limits.WorkerBytesMax,
            WorkerIdleMax = limits.WorkerIdleMax,
            MemoryLookEvery = limits.MemoryLookEvery,
            GivenUpMax = limits'''))
edit('src/Varve.Query/QueryLimits.cs',
 ('''    /// <summary>Queries given up that still run;''','''    /// <summary>Memory of one process that runs queries apart, in bytes, past which it is killed. Default a third of what this process may use.</summary>
    public long WorkerBytesMax { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3;

    /// <summary>How long a process that runs queries apart is kept when there are none for it. Default 60 s.</summary>
    public TimeSpan WorkerIdleMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Queries given up that still run;'''))
edit('src/Varve.Query/Execution/EngineLane.cs',
 ('using Microsoft.Extensions.Logging;\n','using Microsoft.Extensions.Logging;\nusing Varve.Query.Workers;\n'),
 ('''    /// <param name="logger">Told of queries that cannot be stopped.</param>
''','''    /// <param name="logger">Told of queries that cannot be stopped.</param>
    /// <param name="workers">How queries run in processes of their own; null when they do not.</param>
'''),
 ('TimeProvider clock, ILogger logger)','TimeProvider clock, ILogger logger, QueryWorkers? workers = null)'),
 ('''        Directory.CreateDirectory(temporaryFolder);
''','''        Directory.CreateDirectory(temporaryFolder);
        if (workers is { Isolation: QueryIsolation.All } || (workers is { Isolation: QueryIsolation.Heavy } && IsHeavy))
            Workers = new WorkerPool(workers, settings, dataFolder, temporaryFolder, clock);
'''),
 ('''    /// <summary>Who may run.</summary>''','''    /// <summary>The processes that its queries run in; null when they run in this one.</summary>
    public WorkerPool? Workers { get; }

    /// <summary>Who may run.</summary>'''),
 ('public EngineCall Begin(','public IEngineCall Begin('),
 ('''        if (GivenUp > _settings''','''        if (Workers is not null)
            return new WorkerCall(request, Workers, _settings, _clock, cancellationToken);
        if (GivenUp > _settings'''),
 ('''        lock (_lock)
            _instance?.Dispose();''','''        Workers?.Dispose();
        lock (_lock)
            _instance?.Dispose();'''))
edit('src/Varve.Query/Execution/MemoryWatch.cs',
 ('run => run.State == QueryState.Running)','run => run.State == QueryState.Running && run.IsHere)'))
edit('src/Varve.Query/Execution/ProcessMemory.cs',
 ('''    /// <summary>The second number''','''    /// <summary>Bytes of a process that are in memory; 0 when it has ended.</summary>
    public static long ResidentBytes(Process process)
    {
        if (process.HasExited)
            return 0;
        if (!OperatingSystem.IsLinux())
        {
            process.Refresh();
            return process.WorkingSet64;
        }

        try
        {
            return PagesOf(FormattableString.Invariant($"/proc/{process.Id}/statm")) * Environment.SystemPageSize ?? 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>The second number'''))
edit('src/Varve.Query/QueryRun.cs',
 ('    EngineCall? _call;','    IEngineCall? _call;'),
 ('''    internal string Lane => _lane.Name;
''','''    internal string Lane => _lane.Name;

    /// <summary>True when it runs in this process.</summary>
    internal bool IsHere => _lane.Workers is null;
'''))
edit('src/Varve.Query/QueryEngine.cs',
 ('using Varve.Query.Sql;\n','using Varve.Query.Sql;\nusing Varve.Query.Workers;\n'),
 ('''    /// <param name="logger">Told of queries that had to be stopped.</param>
''','''    /// <param name="logger">Told of queries that had to be stopped.</param>
    /// <param name="workers">How queries run in processes of their own; null when they do not.</param>
'''),
 ('ILogger<QueryEngine>? logger = null)','ILogger<QueryEngine>? logger = null, QueryWorkers? workers = null)'),
 ('LaneSettings.Light(limits), folder, temporaryFolder, clock, logger)','LaneSettings.Light(limits), folder, temporaryFolder, clock, logger, workers)'),
 ('LaneSettings.Heavy(limits), folder, temporaryFolder, clock, logger)','LaneSettings.Heavy(limits), folder, temporaryFolder, clock, logger, workers)'))
edit('src/Varve.Server/ServeOptions.cs',
 ('using Varve.Query;\n','using Varve.Query;\nusing Varve.Query.Workers;\n'),
 ('''    /// <summary>How often the answer''','''    /// <summary>How queries run in processes of their own; null when they do not.</summary>
    public QueryWorkers? QueryWorkers { get; init; }

    /// <summary>How often the answer'''))
edit('src/Varve.Server/VarveServer.cs',
 ('provider.GetRequiredService<ILogger<QueryEngine>>()));','provider.GetRequiredService<ILogger<QueryEngine>>(),\n            options.QueryWorkers));'))
edit('src/Varve.Cli/Program.cs',('            QueryCommand.Create(),\n','            QueryCommand.Create(),\n            QueryWorkerCommand.Create(),\n'))
edit('src/Varve.Cli/Commands/ServeCommand.cs',
 ('using Microsoft.Extensions.Hosting;\n','using Microsoft.Extensions.Hosting;\nusing Varve.Query.Workers;\n'),
 ('''        var command = new Command("serve"''','''        var isolation = new Option<string>("--query-isolation")
        {
            Description = "Which queries run in processes of their own: none, heavy (those that read much) or all",
            DefaultValueFactory = _ => "none",
        };
        isolation.AcceptOnlyFromAmong([.. Enum.GetNames<QueryIsolation>().Select(static name => name.ToLowerInvariant())]);
        var command = new Command("serve"'''),
 ('urls, token, ingestToken };','urls, token, ingestToken, isolation };'),
 ('''                IngestToken = parsed.GetValue(ingestToken),
''','''                IngestToken = parsed.GetValue(ingestToken),
                QueryWorkers = QueryWorkerCommand.Workers(Enum.Parse<QueryIsolation>(parsed.GetValue(isolation)!, ignoreCase: true)),
'''))
edit('tests/Varve.Query.Tests/Execution/PastTheGate.cs',
 ('using Varve.Query.Sql;\n','using Varve.Query.Sql;\nusing Varve.Query.Workers;\n'),
 ('QueryLimits? limits = null, TimeProvider? clock = null)','QueryLimits? limits = null, TimeProvider? clock = null, QueryWorkers? workers = null)'),
 ('_clock, NullLogger.Instance);','_clock, NullLogger.Instance, workers);'))
edit('tests/Varve.Query.Tests/Varve.Query.Tests.csproj',
 ('''    <EmbeddedResource''','''    <ProjectReference Include="../Varve.Query.Worker/Varve.Query.Worker.csproj" />
    <EmbeddedResource'''))
edit('Varve.slnx',('''    <Project Path="tests/Varve.Query.Tests/Varve.Query.Tests.csproj" />
''','''    <Project Path="tests/Varve.Query.Tests/Varve.Query.Tests.csproj" />
    <Project Path="tests/Varve.Query.Worker/Varve.Query.Worker.csproj" />
'''))
edit('docs/configuration.md',
 ('''| `--ingest-token T` | none |''','''| `--query-isolation WHICH` | `none` | which queries run in processes of their own: `none`, `heavy` or `all`. One that cannot be stopped, or takes too much memory, is then killed alone |
| `--ingest-token T` | none |'''),
 ('''| `QueryLimits.GivenUpMax`''','''| `QueryLimits.WorkerBytesMax` | a third of the memory for each process that runs queries apart | it is killed, and its query fails: `out_of_memory` |
| `QueryLimits.WorkerIdleMax` | 60 s in which such a process has no query | it is ended |
| `QueryLimits.GivenUpMax`'''))

edit('docs/decisions/0018-lanes-and-queries-that-do-not-stop.md',
 ("""
**Costs.**""","""- On request (`--query-isolation heavy` or `all`) queries run in processes of their own, one statement at a time: the same program, started again with a hidden
  command. The parent sends the engine's text, as the planner wrote it, and gets columns, blocks of rows and the outcome back over pipes. One that does not stop,
  or takes more memory than it may, is killed with its process, and what it left on disk is removed. A process is used again, ends when it is idle for a minute,
  and kills itself when its parent is gone. It is told neither tokens nor keys. Nothing but the place differs: the gate and the plan are the parent's.

**Costs.**"""),
 ('The look at memory: about 10 microseconds.','The look at memory: about 10 microseconds. A process for queries: some 300 ms to start, 70 MB.'))
edit('tests/Varve.EndToEnd.Tests/ServerProcess.cs',("""    public string Address { get; }
""","""    public string Address { get; }

    public int Id => _process.Id;
"""))
edit('docs/glossary.md',("""
| version | number of a commit""","""
| worker | a process that runs queries for a server | |
| version | number of a commit"""))
edit('CHANGELOG.md',("""- Queries have ids""","""- `varve serve --query-isolation heavy` (or `all`) runs queries in processes of their own, which can be killed without harm to the server.
- Queries have ids"""))
