using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using Varve.Query.Workers;

namespace Varve.Cli.Commands;

/// <summary><c>varve query-worker</c>: what a server starts for queries that run apart. Nobody types it, so that no help names it.</summary>
static class QueryWorkerCommand
{
    const string Name = "query-worker";

    public static Command Create()
    {
        var command = new Command(Name, "Run queries for a server that has started this") { Hidden = true };
        command.SetAction(_ =>
        {
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            QueryWorker.Run(input, output, TimeProvider.System);
            // A statement may still run, and may not stop for hours: the server is gone, and with it the reason for that.
            using var self = Process.GetCurrentProcess();
            self.Kill();
        });
        return command;
    }

    /// <summary>How this very program is started as a worker; null when no queries are to run apart.</summary>
    public static QueryWorkers? Workers(QueryIsolation isolation)
    {
        if (isolation == QueryIsolation.None)
            return null;
        var program = Environment.ProcessPath ?? throw new UsageException("The path of this program is not known, so that queries cannot run apart: use --query-isolation none.");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new QueryWorkers(isolation, program, [Assembly.GetExecutingAssembly().Location, Name])
            : new QueryWorkers(isolation, program, [Name]);
    }
}
