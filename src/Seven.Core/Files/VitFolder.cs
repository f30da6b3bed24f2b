using Seven.Encoders;
using Seven.Files.Compact;

namespace Seven.Files;

/// <summary>ViT as a Hugging Face folder.</summary>
internal static class VitFolder
{
    private const string Prefix = "vit.";

    /// <summary>A key of our own: Hugging Face's ViT always normalises before its blocks.</summary>
    private const string NormPlacementKey = "norm_placement";

    public static VitConfiguration ReadConfiguration(string folder) =>
        HuggingFaceFolder.ReadConfiguration(folder, "vit", json => new VitConfiguration
        {
            ImageSize = json.Integer("image_size", 224),
            PatchSize = json.Integer("patch_size", 16),
            Channels = json.Integer("num_channels", 3),
            HiddenSize = json.Integer("hidden_size", 768),
            Layers = json.Integer("num_hidden_layers", 12),
            Heads = json.Integer("num_attention_heads", 12),
            IntermediateSize = json.Integer("intermediate_size", 3072),
            NormEpsilon = json.Number("layer_norm_eps", 1e-12),
            Activation = json.Activation(),
            HiddenDropout = json.Number("hidden_dropout_prob", 0),
            AttentionDropout = json.Number("attention_probs_dropout_prob", 0),
            NormPlacement = json.Choice(
                NormPlacementKey, NormPlacement.Before, ("before", NormPlacement.Before), ("after", NormPlacement.After)),
            Labels = json.Labels(),
        }.Validated());

    public static void ReadWeights(string folder, IReadOnlyList<Parameter> parameters, bool headMayBeNew, Action<Parameter>? onRead = null) =>
        HuggingFaceFolder.ReadWeights(
            folder, parameters, NamesInFiles,
            parameter => headMayBeNew && !parameter.Name.StartsWith(Prefix, StringComparison.Ordinal), onRead);

    public static void Write(string folder, VitConfiguration shape, IReadOnlyList<Parameter> parameters, ValuePrecision? compact) =>
        HuggingFaceFolder.Write(
            folder,
            json =>
            {
                EncoderConfigurationJson.Write(json, shape, "vit", "ViTForImageClassification");
                json.WriteNumber("image_size", shape.ImageSize);
                json.WriteNumber("patch_size", shape.PatchSize);
                json.WriteNumber("num_channels", shape.Channels);
                json.WriteBoolean("qkv_bias", true);
                if (shape.NormPlacement == NormPlacement.After)
                    json.WriteString(NormPlacementKey, "after");
            },
            parameters,
            compact);

    private static IEnumerable<string> NamesInFiles(string name)
    {
        yield return name;
        if (name.StartsWith(Prefix, StringComparison.Ordinal))
            yield return name[Prefix.Length..];
    }
}
