using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Seven.Extensions.Hosting;

namespace Seven.AspNetCore;

/// <summary>The body of a request with one text.</summary>
internal sealed record TextRequest(string Text);

/// <summary>The body of a request with several texts.</summary>
internal sealed record BatchRequest(IReadOnlyList<string> Texts);

/// <summary>The answer: the most probable label, and the probabilities of all in the model's order.</summary>
internal sealed record Classification(string Label, float Probability, IReadOnlyList<float> Probabilities)
{
    public static Classification Of(ClassifiedText text) => new(text.Label, text.Probability, text.Probabilities);
}

/// <summary>The answers for several texts, in their order.</summary>
internal sealed record BatchAnswer(IReadOnlyList<Classification> Results);

/// <summary>The answer: the vector of the text.</summary>
internal sealed record Embedding(IReadOnlyList<float> Vector);

/// <summary>The vectors of several texts, in their order.</summary>
internal sealed record EmbeddingBatch(IReadOnlyList<IReadOnlyList<float>> Vectors);

/// <summary>The model that the service serves.</summary>
internal sealed record ModelDescription(IReadOnlyList<string> Labels, double Sparsity, string Precision);

/// <summary>The state of the service.</summary>
internal sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, string> Checks);

/// <summary>Serializers made by the compiler. Members that are missing, unknown, null or given twice are errors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(TextRequest))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(Classification))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(Embedding))]
[JsonSerializable(typeof(EmbeddingBatch))]
[JsonSerializable(typeof(ModelDescription))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class Messages : JsonSerializerContext;
