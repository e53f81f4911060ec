using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Varve.Server.Activity;

/// <summary>Figures for Prometheus: ingest, queries and their cache, calls, and the .NET runtime with its process.</summary>
static class MetricsApi
{
    public static void AddMetricsPage(this IServiceCollection services) =>
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddService("varve", autoGenerateServiceInstanceId: false))
            .WithMetrics(metrics => metrics
                .AddMeter("Varve.Ingest", "Varve.Query", "System.Runtime", "Microsoft.AspNetCore.Hosting")
                .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));

    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint("/metrics");
}
