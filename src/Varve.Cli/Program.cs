using System.CommandLine;
using Varve.Cli.Commands;
using Varve.Storage;

namespace Varve.Cli;

/// <summary>The <c>varve</c> command line.</summary>
static class Program
{
    const int Ok = 0;
    const int Failed = 1;
    const int Usage = 2;

    // After SIGTERM what is under way may end; a job gives what it is at some seconds, and then lets it go.
    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(25);

    static async Task<int> Main(string[] arguments)
    {
        var root = new RootCommand("Varve keeps security logs in open Delta tables and answers SQL over them.")
        {
            ServeCommand.Create(),
            DemoCommand.Create(),
            IngestCommand.Create(),
            IngestJobCommand.Create(),
            QueryCommand.Create(),
            QueryWorkerCommand.Create(),
            DatasetCommand.Create(),
            TableCommand.Create(),
            MaintainCommand.Create(),
            GenerateCommand.Create(),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{string.Join(' ', parsed.Errors.Select(error => OneLine(error.Message)))} `varve {NameOf(parsed)}--help` shows what is accepted.");
            return Usage;
        }

        try
        {
            await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopPatience });
            return Ok;
        }
        catch (UsageException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return Usage;
        }
        catch (VarveException fault)
        {
            await Console.Error.WriteLineAsync(OneLine(fault.Message));
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Cancelled.");
            return Failed;
        }
        catch (IOException fault)
        {
            // A reader such as head may leave before the end: that is its right, and no news.
            if (!fault.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase))
                await Console.Error.WriteLineAsync(fault.Message);
            return Failed;
        }
        catch (Exception fault)
        {
            // A defect: the trace is what makes a report of it useful.
            await Console.Error.WriteLineAsync($"varve met an error of its own: {fault}");
            return Failed;
        }
    }

    static string OneLine(string message) => string.Join(' ', message.Split((char[])['\n', '\r', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));

    static string NameOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Command is not RootCommand; result = (System.CommandLine.Parsing.CommandResult)result.Parent!)
            names.Push(result.Command.Name);
        return string.Concat(names.Select(name => name + " "));
    }
}

/// <summary>An argument that no command can take.</summary>
sealed class UsageException(string message) : Exception(message);
