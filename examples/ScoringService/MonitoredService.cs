using OpenTelemetry.Metrics;
using Seven.AspNetCore;
using Seven.Extensions.Hosting;

namespace ScoringService;

/// <summary>A text model behind HTTP, with metrics for Prometheus and an OpenAPI document.</summary>
internal static class MonitoredService
{
    public static WebApplication Build(ServiceOptions options)
    {
        // Settings are read once: watching the folders below for changed ones would take longer than all else at the start.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.WebHost.UseUrls(options.Url);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Seven", LogLevel.Information).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.AddTextScoring(options.Scoring);
        builder.Services.AddOpenApi();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(ServedModel.TelemetryName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            // Each metric reserves memory for so many combinations of tags: ten megabytes by default.
            .AddView("*", new MetricStreamConfiguration { CardinalityLimit = 100 })
            .AddPrometheusExporter());

        var service = builder.Build();
        service.MapTextScoring();
        service.MapPrometheusScrapingEndpoint("/metrics");
        service.MapOpenApi();
        return service;
    }
}
