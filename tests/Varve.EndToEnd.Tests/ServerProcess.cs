using System.Diagnostics;
using System.Globalization;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>A <c>varve serve</c> on a free port, over a folder that it makes when none is given, until it is disposed.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    readonly TemporaryFolder? _ownFolder;
    readonly Process _process;

    ServerProcess(TemporaryFolder? ownFolder, Process process, string address) => (_ownFolder, _process, Address) = (ownFolder, process, address);

    public string Address { get; }

    public int Id => _process.Id;

    /// <summary>The most memory that the process has held so far, in bytes.</summary>
    public long PeakMemory => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) << 10;

    public static Task<ServerProcess> StartAsync(string? folder = null, params string[] options) => StartAsync(folder, new Dictionary<string, string>(), options);

    public static async Task<ServerProcess> StartAsync(string? folder, IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        var ownFolder = folder is null ? new TemporaryFolder() : null;
        var process = VarveProcess.Start(["serve", "--data", folder ?? ownFolder!.FullPath, "--urls", "http://127.0.0.1:0", .. options], environment: environment);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.Contains("is serving", StringComparison.Ordinal))
            {
                // Nobody reads on: a server that logs much must not wait for a reader.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new ServerProcess(ownFolder, process, line[(line.LastIndexOf(" on ", StringComparison.Ordinal) + 4)..]);
            }

        throw new InvalidOperationException($"The server did not start: {await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _ownFolder?.Dispose();
    }
}
