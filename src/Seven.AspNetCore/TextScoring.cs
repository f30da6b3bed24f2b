using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Hub;

namespace Seven.AspNetCore;

/// <summary>Puts a text model behind HTTP: the model, its endpoints, limits, health, and answers to what is refused.</summary>
public static class TextScoring
{
    /// <summary>The model's key among the services, and its name in logs and metrics.</summary>
    public const string ModelName = "text";

    private const string Ready = "ready";

    /// <summary>Registers the model, its limits, and its health.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="options">What is served, and within which limits.</param>
    /// <returns>The same application.</returns>
    /// <exception cref="IOException">A file of the model is missing.</exception>
    /// <exception cref="InvalidDataException">The folder is damaged, or its model is for another task than text classification or sentence embeddings.</exception>
    public static WebApplicationBuilder AddTextScoring(this WebApplicationBuilder builder, TextScoringOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        var task = TaskOf(options.ModelFolder);
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = options.Limits.DrainedBytes);
        AddModel(builder.Services, options, task);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, Messages.Default));
        builder.Services.AddSingleton(new RequestReader(options.Limits)).AddSingleton(task).AddExceptionHandler<ProblemHandler>();
        return builder;
    }

    /// <summary>Maps <c>GET /</c>, <c>POST /classify</c> and <c>/classify/batch</c> or <c>POST /embed</c> and <c>/embed/batch</c>, <c>/health/live</c> and <c>/health/ready</c>,
    /// and answers every refusal with problem details.</summary>
    /// <param name="app">An application with <see cref="AddTextScoring"/>.</param>
    /// <returns>The same application.</returns>
    public static WebApplication MapTextScoring(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use(app.Services.GetRequiredService<GracefulStop>().CloseConnections);
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true, ExceptionHandler = _ => Task.CompletedTask });
        app.UseStatusCodePages(context => ProblemHandler.Write(context.HttpContext, Problem.Of(context.HttpContext.Response.StatusCode), detail: null));
        app.MapTexts(app.Services.GetRequiredService<EncoderTask>());
        app.MapHealthChecks("/health/live", HealthPage.Of(_ => false));
        app.MapHealthChecks("/health/ready", HealthPage.Of(check => check.Tags.Contains(Ready)));
        return app;
    }

    /// <summary>The task of the folder's model, which decides on the endpoints.</summary>
    private static EncoderTask TaskOf(string folder)
    {
        if (!HubName.IsName(folder) && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"'{folder}' is not there; expected a model's folder, or a name such as owner/model.");
        var task = EncoderFolder.Open(ModelHub.FolderOf(folder)).Task();
        return task is TextClassificationTask or TextEmbeddingTask
            ? task
            : throw new InvalidDataException($"{folder} holds a model for {task.Name}; expected one for text classification or text embedding.");
    }

    private static void AddModel(IServiceCollection services, TextScoringOptions options, EncoderTask task)
    {
        services.AddSparseModel(ModelName, options.ModelFolder, model =>
        {
            // Another model may take the folder's place, with other labels, but of the same task.
            model.Task = task is TextEmbeddingTask ? EncoderTasks.TextEmbedding() : EncoderTasks.TextClassification();
            // Measuring from which share of zeros on a layer is sparse would be a tenth of the time to the first answer; this share fits most machines.
            model.Scoring = model.Scoring with { SparseFrom = 0.6 };
            model.ReloadInterval = options.ReloadInterval;
            model.MaximumQueuedTexts = options.Limits.MaximumQueuedTexts;
        });
        var stop = new GracefulStop(options.Drain);
        services.AddSingleton(stop).AddHostedService(_ => stop);
        services.AddHealthChecks().AddSparseModel(ModelName, [Ready]).AddCheck("stop", stop, HealthStatus.Unhealthy, [Ready]);
    }
}
