using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>The command line as a process of its own, as a person runs it.</summary>
static class VarveProcess
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What a run left behind.</summary>
    public sealed record Outcome(int ExitCode, string Output, string Errors)
    {
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;
    }

    public static Task<Outcome> RunAsync(params string[] arguments) => RunAsync(input: null, arguments);

    public static Task<Outcome> RunAsync(byte[]? input, params string[] arguments) => RunAsync(input, new Dictionary<string, string>(), arguments);

    public static async Task<Outcome> RunAsync(byte[]? input, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(arguments, redirectInput: true, environment);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (input is not null)
            await process.StandardInput.BaseStream.WriteAsync(input, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await WaitAsync(process);
        return new Outcome(process.ExitCode, await output, await errors);
    }

    /// <summary>A process that goes on until it is disposed.</summary>
    public static Process Start(string[] arguments, bool redirectInput = false, IReadOnlyDictionary<string, string>? environment = null)
    {
        // The program is beside the tests: they are built against it.
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "varve.dll"), .. arguments])
        {
            RedirectStandardInput = redirectInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = RepositoryFolders.Root,
        };
        start.Environment.Remove("VARVE_TOKEN");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    static async Task WaitAsync(Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
