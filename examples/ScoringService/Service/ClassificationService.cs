using Microsoft.AspNetCore.Http.HttpResults;

namespace ScoringService.Service;

/// <summary>GET / describes the model; POST /classify takes {"text": "…"} and answers with labels and probabilities.</summary>
internal static class ClassificationService
{
    private const int LongestBody = 1 << 16;

    public static WebApplication Build(TextModel model, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = LongestBody);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, Messages.Default));

        var service = builder.Build();
        service.MapGet("/", () => model.Description);
        service.MapPost("/classify", (ClassificationRequest request) => Classify(model, request));
        return service;
    }

    private static Results<Ok<Classification>, BadRequest<Refusal>> Classify(TextModel model, ClassificationRequest request) =>
        string.IsNullOrWhiteSpace(request.Text)
            ? TypedResults.BadRequest(new Refusal("There is no text; expected {\"text\": \"…\"} with at least one word."))
            : TypedResults.Ok(model.Classify(request.Text));
}
