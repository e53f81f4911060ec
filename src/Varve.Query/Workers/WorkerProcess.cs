using System.ComponentModel;
using System.Diagnostics;
using Varve.Query.Execution;
using Varve.Storage;

namespace Varve.Query.Workers;

/// <summary>A process with an engine in it, as its parent sees it.</summary>
sealed class WorkerProcess : IDisposable
{
    /// <summary>What a worker is told of the environment: neither tokens nor keys.</summary>
    static readonly string[] Kept = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LD_LIBRARY_PATH"];

    readonly Process _process;
    readonly WorkerEngine _engine;

    WorkerProcess(Process process, WorkerEngine engine)
    {
        (_process, _engine) = (process, engine);
        Messages = new MessageStream(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
    }

    /// <summary>What it is told, and says.</summary>
    public MessageStream Messages { get; }

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>True when it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Starts one.</summary>
    /// <exception cref="VarveException">The program cannot be started.</exception>
    public static WorkerProcess Start(QueryWorkers workers, WorkerEngine engine)
    {
        var start = new ProcessStartInfo(workers.Program, workers.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var name in start.Environment.Keys.ToList())
            if (!Kept.Contains(name) && !name.StartsWith("DOTNET_", StringComparison.Ordinal))
                start.Environment.Remove(name);
        try
        {
            var worker = new WorkerProcess(Process.Start(start)!, engine);
            Sacrifice(worker.Id);
            worker.Messages.Write(WorkerMessageKind.Begin, writer => WorkerCodec.Write(writer, engine));
            return worker;
        }
        catch (Exception fault) when (fault is Win32Exception or IOException)
        {
            throw new VarveException(
                FaultKind.Internal, $"The program {workers.Program}, which runs queries apart, cannot be started: {fault.Message} Start the server with --query-isolation none.", fault)
            {
                Detail = new FaultDetail("engine_crashed"),
            };
        }
    }

    /// <summary>When memory runs out the kernel ends a worker, not the server. proc_pid_oom_score_adj(5).</summary>
    static void Sacrifice(int process)
    {
        const string Soon = "500";
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            File.WriteAllText(FormattableString.Invariant($"/proc/{process}/oom_score_adj"), Soon);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It has ended already, or this is not allowed here: the server's own look at its memory stays.
        }
    }

    /// <summary>Bytes of it that are in memory; 0 when it has ended.</summary>
    public long ResidentBytes() => ProcessMemory.ResidentBytes(_process);

    /// <summary>Ends it at once.</summary>
    public void Kill() => _process.Kill();

    /// <summary>How it ended.</summary>
    public int WaitForExitCode()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Ends it, and removes what it left on disk.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        if (Directory.Exists(_engine.TemporaryFolder))
            Directory.Delete(_engine.TemporaryFolder, recursive: true);
    }
}
