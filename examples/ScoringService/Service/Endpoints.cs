using System.Net.Mime;
using Seven.Extensions.Hosting;

namespace ScoringService.Service;

/// <summary>GET / describes the model; POST /classify takes one text, POST /classify/batch several.</summary>
internal static class Endpoints
{
    public static void MapClassification(this WebApplication service)
    {
        service.MapGet("/", Describe).WithName("describe").WithSummary("Describes the model.");
        service.MapPost("/classify", ClassifyOne).WithName("classify").WithSummary("Classifies a text.").Takes<ClassificationRequest>();
        service.MapPost("/classify/batch", ClassifyMany).WithName("classifyBatch").WithSummary("Classifies texts.").Takes<BatchRequest>();
    }

    private static ModelDescription Describe([FromKeyedServices(ClassificationService.ModelName)] ServedModel model) =>
        new(model.Current.Labels, model.Current.Sparsity, model.Current.Precision.ToString());

    private static async Task<Classification> ClassifyOne(HttpRequest request, RequestReader reader, [FromKeyedServices(ClassificationService.ModelName)] ServedModel model, CancellationToken cancellation)
    {
        CheckHeaders(request);
        string text = await reader.ReadText(request.BodyReader, cancellation);
        return Classification.Of(await model.ClassifyAsync(text, cancellation));
    }

    private static async Task<BatchAnswer> ClassifyMany(HttpRequest request, RequestReader reader, [FromKeyedServices(ClassificationService.ModelName)] ServedModel model, CancellationToken cancellation)
    {
        CheckHeaders(request);
        var texts = await reader.ReadTexts(request.BodyReader, cancellation);
        return new BatchAnswer([.. (await model.ClassifyAsync(texts, cancellation)).Select(Classification.Of)]);
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
