using Seven.Encoders;
using Seven.Files.Compact;

namespace Seven.Files;

/// <summary>BERT as a Hugging Face folder.</summary>
internal static class BertFolder
{
    private const string Prefix = "bert.";

    public static BertConfiguration ReadConfiguration(string folder) =>
        HuggingFaceFolder.ReadConfiguration(folder, "bert", json => new BertConfiguration
        {
            VocabularySize = json.Integer("vocab_size", 30522),
            HiddenSize = json.Integer("hidden_size", 768),
            Layers = json.Integer("num_hidden_layers", 12),
            Heads = json.Integer("num_attention_heads", 12),
            IntermediateSize = json.Integer("intermediate_size", 3072),
            MaximumTokens = json.Integer("max_position_embeddings", 512),
            SegmentKinds = json.Integer("type_vocab_size", 2),
            NormEpsilon = json.Number("layer_norm_eps", 1e-12),
            Activation = json.Activation(),
            HiddenDropout = json.Number("hidden_dropout_prob", 0.1),
            AttentionDropout = json.Number("attention_probs_dropout_prob", 0.1),
            Labels = json.Labels(),
        }.Validated());

    public static void ReadWeights(string folder, IReadOnlyList<Parameter> parameters, bool headMayBeNew, Action<Parameter>? onRead = null) =>
        HuggingFaceFolder.ReadWeights(folder, parameters, NamesInFiles, parameter => headMayBeNew && IsOfTask(parameter.Name), onRead);

    public static void Write(string folder, BertConfiguration shape, string architecture, IReadOnlyList<Parameter> parameters, ValuePrecision? compact) =>
        HuggingFaceFolder.Write(
            folder,
            json =>
            {
                EncoderConfigurationJson.Write(json, shape, "bert", architecture);
                json.WriteNumber("vocab_size", shape.VocabularySize);
                json.WriteNumber("max_position_embeddings", shape.MaximumTokens);
                json.WriteNumber("type_vocab_size", shape.SegmentKinds);
            },
            parameters,
            compact);

    /// <summary>Encoders saved alone lack the prefix; old files call a norm's scale and shift gamma and beta.</summary>
    private static IEnumerable<string> NamesInFiles(string name)
    {
        yield return name;
        string older = name
            .Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
            .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);
        yield return older;
        if (name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            yield return name[Prefix.Length..];
            yield return older[Prefix.Length..];
        }
    }

    private static bool IsOfTask(string name) =>
        !name.StartsWith(Prefix, StringComparison.Ordinal) || name.StartsWith("bert.pooler.", StringComparison.Ordinal);
}
