using System.Text.Json.Serialization;

namespace ScoringService.Load;

/// <summary>What the load test sends.</summary>
internal sealed record LoadText(string Text);

/// <summary>What it reads of an answer.</summary>
internal sealed record LoadAnswer(string? Label);

/// <summary>Serializers made by the compiler.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoadText))]
[JsonSerializable(typeof(LoadAnswer))]
internal sealed partial class LoadMessages : JsonSerializerContext;
