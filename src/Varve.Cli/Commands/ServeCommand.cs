using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Varve.Query;
using Varve.Query.Workers;
using Varve.Server;

namespace Varve.Cli.Commands;

/// <summary><c>varve serve</c>: the server, until it is told to stop.</summary>
static class ServeCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var store = CommonOptions.Store();
        var urls = new Option<string>("--urls")
        {
            Description = "Addresses to listen on, parted by ;",
            DefaultValueFactory = _ => "http://127.0.0.1:8080",
        };
        var token = CommonOptions.Token();
        token.Description = "Ask every call but the probes for this token (also: VARVE_TOKEN)";
        var ingestToken = new Option<string?>("--ingest-token")
        {
            Description = "A second token, which is good for storing records only (also: VARVE_INGEST_TOKEN)",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("VARVE_INGEST_TOKEN"),
        };
        var isolation = new Option<string>("--query-isolation")
        {
            Description = "Which queries run in processes of their own: none, heavy (those that read much) or all",
            DefaultValueFactory = _ => "none",
        };
        isolation.AcceptOnlyFromAmong([.. Enum.GetNames<QueryIsolation>().Select(static name => name.ToLowerInvariant())]);
        var budget = new Option<long>("--query-bytes-per-day")
        {
            Description = "Bytes that the queries of a UTC day may be expected to read (default: no bound)",
            DefaultValueFactory = _ => long.MaxValue,
        };
        var maintenance = new Option<bool>("--maintenance")
        {
            Description = "Merge small files and take away what is past its retention beside all else; --maintenance false leaves it to other processes",
            DefaultValueFactory = _ => true,
        };
        var command = new Command("serve", "Take records, answer queries and serve the web page") { data, store, urls, token, ingestToken, isolation, budget, maintenance };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ServeOptions
            {
                DataFolder = parsed.GetValue(data)!,
                StoreUrl = parsed.GetValue(store),
                Urls = parsed.GetValue(urls)!,
                Token = parsed.GetValue(token),
                IngestToken = parsed.GetValue(ingestToken),
                Maintains = parsed.GetValue(maintenance),
                QueryLimits = new QueryLimits { BytesPerDayMax = parsed.GetValue(budget) },
                QueryWorkers = QueryWorkerCommand.Workers(Enum.Parse<QueryIsolation>(parsed.GetValue(isolation)!, ignoreCase: true)),
            },
            cancellationToken));
        return command;
    }

    static async Task RunAsync(ServeOptions options, CancellationToken cancellationToken)
    {
        if (options.Token is null && !options.Urls.Split(';').All(IsOfThisMachine))
            await Console.Error.WriteLineAsync("Warning: this server can be reached from other machines and asks for no token. Give it one with --token or VARVE_TOKEN.");
        await using var app = VarveServer.Build(options);
        await StartAsync(app, options);
        Console.WriteLine($"Varve is serving {options.EffectiveStoreUrl} on {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync(cancellationToken);
    }

    /// <summary>Starts the application; an address that is taken is one clear sentence.</summary>
    public static async Task StartAsync(WebApplication app, ServeOptions options)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException fault) when (fault.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new Storage.VarveException(Storage.FaultKind.Invalid, $"Something else listens on {options.Urls}. Stop it, or choose another address with --urls.", fault);
        }
    }

    static bool IsOfThisMachine(string url) =>
        Uri.TryCreate(url.Replace("*", "0.0.0.0", StringComparison.Ordinal).Replace("+", "0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var address)
        && (address.IsLoopback || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip)));
}
