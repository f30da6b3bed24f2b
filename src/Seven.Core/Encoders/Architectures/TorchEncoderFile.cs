using Seven.Formats.Safetensors;
using Seven.Weights;

namespace Seven.Encoders.Architectures;

/// <summary>A ViT whose layers are torch's <c>nn.TransformerEncoderLayer</c>, under that class's parameter names.</summary>
/// <remarks>Such files keep query, key and value in one matrix, in this order, and the last norm in the head.</remarks>
internal static class TorchEncoderFile
{
    public static void ReadWeights(string path, IReadOnlyList<Parameter> parameters, ImageConfiguration shape)
    {
        using var file = SafetensorsFile.Open(path);
        foreach (var parameter in parameters)
        {
            var (name, part) = NameInFile(parameter.Name);
            if (part is not { } row)
            {
                file.Read(name, parameter.Shape, parameter.Values);
                continue;
            }

            int[] fusedShape = [3 * shape.HiddenSize, .. parameter.Shape.Skip(1)];
            var fused = new float[3 * parameter.Count];
            file.Read(name, fusedShape, fused);
            fused.AsSpan(row * parameter.Count, parameter.Count).CopyTo(parameter.Values);
        }
    }

    /// <summary>The name in the file, and which third of the array it is if it is one.</summary>
    private static (string Name, int? Third) NameInFile(string name)
    {
        string suffix = name[name.LastIndexOf('.')..];
        if (name.StartsWith("vit.encoder.layer.", StringComparison.Ordinal))
            return InLayer(name, suffix);
        return name switch
        {
            "vit.embeddings.cls_token" => ("cls_token", null),
            "vit.embeddings.position_embeddings" => ("pos_embed", null),
            _ when name.StartsWith("vit.embeddings.patch_embeddings.projection", StringComparison.Ordinal) => ("patch_embed.proj" + suffix, null),
            _ when name.StartsWith("vit.layernorm", StringComparison.Ordinal) => ("mlp_head.0" + suffix, null),
            _ => ("mlp_head.1" + suffix, null),
        };
    }

    private static (string Name, int? Third) InLayer(string name, string suffix)
    {
        string[] parts = name.Split('.', 5);
        string layer = $"transformer.layers.{parts[3]}.";
        string fused = layer + "self_attn.in_proj_" + suffix[1..];
        return parts[4][..^suffix.Length] switch
        {
            "attention.attention.query" => (fused, 0),
            "attention.attention.key" => (fused, 1),
            "attention.attention.value" => (fused, 2),
            "attention.output.dense" => (layer + "self_attn.out_proj" + suffix, null),
            "layernorm_before" => (layer + "norm1" + suffix, null),
            "layernorm_after" => (layer + "norm2" + suffix, null),
            "intermediate.dense" => (layer + "linear1" + suffix, null),
            _ => (layer + "linear2" + suffix, null),
        };
    }
}
