using System.Diagnostics;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>A <c>varve serve</c> on a free port over a folder of its own, until it is disposed.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    readonly TemporaryFolder _folder;
    readonly Process _process;

    ServerProcess(TemporaryFolder folder, Process process, string address) => (_folder, _process, Address) = (folder, process, address);

    public string Address { get; }

    public static async Task<ServerProcess> StartAsync()
    {
        var folder = new TemporaryFolder();
        var process = VarveProcess.Start(["serve", "--data", folder.FullPath, "--urls", "http://127.0.0.1:0"]);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.Contains("is serving", StringComparison.Ordinal))
                return new ServerProcess(folder, process, line[(line.LastIndexOf(" on ", StringComparison.Ordinal) + 4)..]);
        throw new InvalidOperationException($"The server did not start: {await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Dispose();
    }
}
