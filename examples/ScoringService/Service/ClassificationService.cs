using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using Seven.Encoders.Tasks;
using Seven.Extensions.Hosting;

namespace ScoringService.Service;

/// <summary>Puts the service together: the model, its endpoints, limits, health, metrics and the OpenAPI document.</summary>
internal static class ClassificationService
{
    /// <summary>The model's key.</summary>
    public const string ModelName = "classifier";

    private const string Ready = "ready";

    public static WebApplication Build(ServiceOptions options)
    {
        // Settings are read once: watching the folders below for changed ones would take longer than all else at the start.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.WebHost.UseUrls(options.Url);
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = options.Limits.DrainedBytes);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Seven", LogLevel.Information).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        AddModel(builder.Services, options);
        AddAnswers(builder.Services, options);
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(ServedModel.TelemetryName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            // Each metric reserves memory for so many combinations of tags: ten megabytes by default.
            .AddView("*", new MetricStreamConfiguration { CardinalityLimit = 100 })
            .AddPrometheusExporter());

        var service = builder.Build();
        service.Use(service.Services.GetRequiredService<GracefulStop>().CloseConnections);
        service.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true, ExceptionHandler = _ => Task.CompletedTask });
        service.UseStatusCodePages(context => ProblemHandler.Write(context.HttpContext, Problem.Of(context.HttpContext.Response.StatusCode), detail: null));
        service.MapClassification();
        service.MapHealthChecks("/health/live", HealthPage.Of(_ => false));
        service.MapHealthChecks("/health/ready", HealthPage.Of(check => check.Tags.Contains(Ready)));
        service.MapPrometheusScrapingEndpoint("/metrics");
        service.MapOpenApi();
        return service;
    }

    private static void AddModel(IServiceCollection services, ServiceOptions options)
    {
        services.AddSparseModel(ModelName, options.Folder, model =>
        {
            model.Task = EncoderTasks.TextClassification();
            // Measuring from which share of zeros on a layer is sparse would be a tenth of the time to the first answer; this share fits most machines.
            model.Scoring = model.Scoring with { SparseFrom = 0.6 };
            model.ReloadInterval = options.ReloadInterval;
            model.MaximumQueuedTexts = options.Limits.QueuedTexts;
        });
        var stop = new GracefulStop(options.Drain);
        services.AddSingleton(stop).AddHostedService(_ => stop);
        services.AddHealthChecks().AddSparseModel(ModelName, [Ready]).AddCheck("stop", stop, HealthStatus.Unhealthy, [Ready]);
    }

    private static void AddAnswers(IServiceCollection services, ServiceOptions options)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, Messages.Default));
        services.AddSingleton(new RequestReader(options.Limits));
        services.AddExceptionHandler<ProblemHandler>();
        services.AddOpenApi();
    }
}
