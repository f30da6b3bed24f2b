using System.Text.Json.Serialization;

namespace ScoringService.Service;

/// <summary>The body of a request.</summary>
internal sealed record ClassificationRequest(string? Text);

/// <summary>The answer: the most probable label, and the probabilities of all in the model's order.</summary>
internal sealed record Classification(string Label, float Probability, IReadOnlyList<float> Probabilities);

/// <summary>What the service serves.</summary>
internal sealed record ModelDescription(IReadOnlyList<string> Labels, double Sparsity);

/// <summary>Why a request was refused.</summary>
internal sealed record Refusal(string Error);

/// <summary>Serializers made by the compiler.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClassificationRequest))]
[JsonSerializable(typeof(Classification))]
[JsonSerializable(typeof(ModelDescription))]
[JsonSerializable(typeof(Refusal))]
internal sealed partial class Messages : JsonSerializerContext;
