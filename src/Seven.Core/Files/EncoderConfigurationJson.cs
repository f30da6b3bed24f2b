using System.Globalization;
using System.Text.Json;
using Seven.Encoders;

namespace Seven.Files;

/// <summary>The part of <c>config.json</c> that BERT and ViT share.</summary>
internal static class EncoderConfigurationJson
{
    public static void Write(Utf8JsonWriter json, EncoderConfiguration shape, string modelType, string architecture)
    {
        json.WriteString("model_type", modelType);
        json.WriteStartArray("architectures");
        json.WriteStringValue(architecture);
        json.WriteEndArray();
        json.WriteNumber("hidden_size", shape.HiddenSize);
        json.WriteNumber("num_hidden_layers", shape.Layers);
        json.WriteNumber("num_attention_heads", shape.Heads);
        json.WriteNumber("intermediate_size", shape.IntermediateSize);
        json.WriteString("hidden_act", shape.Activation == Activation.Gelu ? "gelu" : "relu");
        json.WriteNumber("layer_norm_eps", shape.NormEpsilon);
        json.WriteNumber("hidden_dropout_prob", shape.HiddenDropout);
        json.WriteNumber("attention_probs_dropout_prob", shape.AttentionDropout);
        json.WriteString("torch_dtype", "float32");
        if (shape.Labels.Count > 0)
            WriteLabels(json, shape.Labels);
    }

    private static void WriteLabels(Utf8JsonWriter json, IReadOnlyList<string> labels)
    {
        json.WriteStartObject("id2label");
        for (int i = 0; i < labels.Count; i++)
            json.WriteString(i.ToString(CultureInfo.InvariantCulture), labels[i]);
        json.WriteEndObject();
        json.WriteStartObject("label2id");
        for (int i = 0; i < labels.Count; i++)
            json.WriteNumber(labels[i], i);
        json.WriteEndObject();
    }
}
