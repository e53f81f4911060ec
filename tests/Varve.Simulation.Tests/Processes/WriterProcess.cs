using System.Diagnostics;
using System.Globalization;
using Varve.TestKit;

namespace Varve.Simulation.Tests.Processes;

/// <summary>One writer as a process of its own, started again each time that it is killed.</summary>
sealed class WriterProcess(string store, string table, string appId, IReadOnlyDictionary<string, string> environment) : IDisposable
{
    /// <summary>Rows of a batch.</summary>
    public const int BatchRows = 3;

    readonly List<string> _errors = [];
    Process? _process;

    /// <summary>Its application in the table.</summary>
    public string AppId => appId;

    /// <summary>The greatest batch of which the process said that it is stored.</summary>
    public long Stored { get; private set; }

    /// <summary>How often it was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>What it wrote to its errors.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors);
        }
    }

    public void Start()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Varve.Simulation.Writer.dll");
        var start = new ProcessStartInfo("dotnet", [program, store, table, appId, BatchRows.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = RepositoryFolders.Root,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => TakeOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => TakeErrors(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL, and what it had printed until then.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        Kills++;
        _process.Dispose();
    }

    /// <summary>Lets it end its batch and itself.</summary>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_process is { } process)
        {
            try
            {
                process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It has ended already.
            }

            process.Dispose();
        }
    }

    void TakeOutput(string? line)
    {
        if (line?.Split(' ') is ["stored", var batch])
            Stored = long.Parse(batch, CultureInfo.InvariantCulture);
    }

    void TakeErrors(string? line)
    {
        if (line is not null)
            lock (_errors)
                _errors.Add(line);
    }
}
