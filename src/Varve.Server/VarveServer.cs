using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest;
using Varve.Ingest.Activity;
using Varve.Ingest.Settings;
using Varve.Query;
using Varve.Query.Exploring;
using Varve.Server.Activity;
using Varve.Server.Control;
using Varve.Server.Errors;
using Varve.Server.Maintenance;
using Varve.Server.Otlp;
using Varve.Storage;

namespace Varve.Server;

/// <summary>Puts the stages together and serves them over HTTP: the door of this project.</summary>
public static class VarveServer
{
    /// <summary>An application that is ready to be started.</summary>
    /// <exception cref="VarveException">The store cannot be used, or the tokens contradict each other.</exception>
    public static WebApplication Build(ServeOptions options)
    {
        CheckTokens(options);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(options.Urls);
        // Ingest bounds its bodies itself, after decompression.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        AddStages(builder.Services, options);
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi("v1", openApi => openApi.AddDocumentTransformer(ApiDocument.Describe));
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));

        var app = builder.Build();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<FaultAnswers>();
        app.UseMiddleware<TokenGate>();
        app.MapHealth();
        app.MapDatasets();
        app.MapDeclaredDatasets();
        app.MapIngestSettings();
        app.MapQuery();
        app.MapRunningQueries();
        app.MapExploration();
        app.MapExplorer();
        app.MapIngest();
        app.MapElastic();
        app.MapOtlp();
        app.MapIngestActivity();
        app.MapMaintenance();
        app.MapSavedQueries();
        app.MapPersonal();
        app.MapMetrics();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapWebApp(options.WebFolder);
        return app;
    }

    static void AddStages(IServiceCollection services, ServeOptions options)
    {
        var store = ObjectStores.Open(options.EffectiveStoreUrl);
        var temporary = Path.Combine(Path.GetFullPath(options.DataFolder), "tmp", "query");
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new HeldBytes(options.ProtocolLimits));
        services.AddSingleton(store);
        services.AddHostedService(_ => new StoreCheck(store));
        services.AddSingleton(new DatasetRegistry(store, TimeProvider.System));
        services.AddSingleton(new IngestSettingsSource(store, TimeProvider.System));
        services.AddSingleton(new IngestActivity(TimeProvider.System));
        services.AddSingleton(provider => new IngestPipeline(
            store, DatasetCatalog.BuiltIn, options.IngestLimits, new DeltaOptions { BackgroundScheduler = new LowPriorityScheduler("background") }, provider.GetRequiredService<ILogger<IngestPipeline>>(),
            provider.GetRequiredService<IngestActivity>(), provider.GetRequiredService<IngestSettingsSource>()));
        services.AddSingleton<ControlHost>();
        services.AddHostedService(provider => provider.GetRequiredService<ControlHost>());
        services.AddSingleton(provider => MaintenanceHost.Keeper(provider, store, options));
        services.AddHostedService<MaintenanceHost>();
        services.AddSingleton<QueryNotes>();
        services.AddSingleton<SelfTest>();
        services.AddMetricsPage();
        services.AddSingleton(provider => new QueryEngine(
            store, provider.GetRequiredService<DatasetRegistry>(), options.QueryLimits, temporary, TimeProvider.System,
            provider.GetRequiredService<ILogger<QueryEngine>>(), options.CacheFolder, options.CacheLimits, options.QueryWorkers));
        services.AddSingleton(provider => new Exploration(
            provider.GetRequiredService<QueryEngine>(), provider.GetRequiredService<DatasetRegistry>(), options.ExplorationLimits));
        services.AddSingleton(new TailPlaces(options.ExplorationLimits));
    }

    static void CheckTokens(ServeOptions options)
    {
        if (options.IngestToken is not { Length: > 0 } ingest)
            return;
        if (options.Token is not { Length: > 0 } token)
            throw new VarveException(FaultKind.Invalid,
                "There is an ingest token and no token: queries would be open to everyone. Give --token (or VARVE_TOKEN) as well.");
        if (token == ingest)
            throw new VarveException(FaultKind.Invalid, "The ingest token is the server's token: whoever stores records could read them too. Make them differ.");
    }
}
