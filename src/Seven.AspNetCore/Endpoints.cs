using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Seven.Encoders.Tasks;
using Seven.Extensions.Hosting;

namespace Seven.AspNetCore;

/// <summary>GET / describes the model; POST /classify takes one text, POST /classify/batch several; /embed and /embed/batch the same for embeddings.</summary>
internal static class Endpoints
{
    /// <param name="app">The application.</param>
    /// <param name="task">What the model is for.</param>
    public static void MapTexts(this WebApplication app, EncoderTask task)
    {
        app.MapGet("/", Describe).WithName("describe").WithSummary("Describes the model.");
        if (task is TextEmbeddingTask)
        {
            app.MapPost("/embed", EmbedOne).WithName("embed").WithSummary("Gives the vector of a text.").Takes<TextRequest>();
            app.MapPost("/embed/batch", EmbedMany).WithName("embedBatch").WithSummary("Gives the vectors of texts.").Takes<BatchRequest>();
            return;
        }

        app.MapPost("/classify", ClassifyOne).WithName("classify").WithSummary("Classifies a text.").Takes<TextRequest>();
        app.MapPost("/classify/batch", ClassifyMany).WithName("classifyBatch").WithSummary("Classifies texts.").Takes<BatchRequest>();
    }

    private static ModelDescription Describe([FromKeyedServices(TextScoring.ModelName)] ServedModel model) =>
        new(model.Current.Labels, model.Current.Sparsity, model.Current.Precision.ToString());

    private static async Task<Classification> ClassifyOne(HttpRequest request, RequestReader reader, [FromKeyedServices(TextScoring.ModelName)] ServedModel model, CancellationToken cancellationToken)
    {
        CheckHeaders(request);
        string text = await reader.ReadText(request.BodyReader, cancellationToken);
        return Classification.Of(await model.ClassifyAsync(text, cancellationToken));
    }

    private static async Task<BatchAnswer> ClassifyMany(HttpRequest request, RequestReader reader, [FromKeyedServices(TextScoring.ModelName)] ServedModel model, CancellationToken cancellationToken)
    {
        CheckHeaders(request);
        var texts = await reader.ReadTexts(request.BodyReader, cancellationToken);
        return new BatchAnswer([.. (await model.ClassifyAsync(texts, cancellationToken)).Select(Classification.Of)]);
    }

    private static async Task<Embedding> EmbedOne(HttpRequest request, RequestReader reader, [FromKeyedServices(TextScoring.ModelName)] ServedModel model, CancellationToken cancellationToken)
    {
        CheckHeaders(request);
        string text = await reader.ReadText(request.BodyReader, cancellationToken);
        return new Embedding(await model.EmbedAsync(text, cancellationToken));
    }

    private static async Task<EmbeddingBatch> EmbedMany(HttpRequest request, RequestReader reader, [FromKeyedServices(TextScoring.ModelName)] ServedModel model, CancellationToken cancellationToken)
    {
        CheckHeaders(request);
        var texts = await reader.ReadTexts(request.BodyReader, cancellationToken);
        return new EmbeddingBatch(await model.EmbedAsync(texts, cancellationToken));
    }

    private static void CheckHeaders(HttpRequest request)
    {
        if (!request.HasJsonContentType())
            throw new ProblemException(Problem.UnsupportedMediaType, $"The content type is '{request.ContentType}'; expected application/json.");
        if (request.Headers.ContentEncoding.Count > 0)
            throw new ProblemException(Problem.UnsupportedMediaType, $"The content encoding is '{request.Headers.ContentEncoding}'; expected none.");
    }

    /// <summary>Describes the body and the refusals of an endpoint, which reads the body itself.</summary>
    private static void Takes<T>(this RouteHandlerBuilder endpoint)
        where T : notnull
    {
        endpoint.Accepts<T>(MediaTypeNames.Application.Json);
        foreach (int status in new[] { 400, 408, 413, 415, 429 })
            endpoint.ProducesProblem(status);
    }
}
