using System.Text.Json;
using Seven.Formats.HuggingFace;

namespace Seven.Encoders.Architectures;

/// <summary>Rotary positions in <c>config.json</c>: as the first published ModernBERTs have them, and as version 5 of Hugging Face's library writes them.</summary>
internal static class RotaryKeys
{
    private const string GlobalTheta = "global_rope_theta";
    private const string LocalTheta = "local_rope_theta";
    private const string LocalAttention = "local_attention";
    private const string GlobalEvery = "global_attn_every_n_layers";
    private const string LayerTypes = "layer_types";
    private const string Newer = "rope_parameters";
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";
    private const string Theta = "rope_theta";
    private const string Kind = "rope_type";

    /// <exception cref="InvalidDataException">A value is of another type than expected, or asks for rotations of another kind.</exception>
    public static RotaryPositions Read(ConfigurationReader json)
    {
        var usual = new RotaryPositions();
        double global = json.OptionalNumber(GlobalTheta) ?? usual.GlobalTheta;
        var (full, sliding) = (json.Part(Newer)?.Part(Full), json.Part(Newer)?.Part(Sliding));
        foreach (var part in new[] { full, sliding })
            part?.Choice(Kind, missing: true, ("default", true));
        return new RotaryPositions
        {
            GlobalTheta = full?.OptionalNumber(Theta) ?? global,
            // Without a base of their own, local layers have that of the others.
            LocalTheta = sliding?.OptionalNumber(Theta) ?? (json.Has(LocalTheta) ? json.OptionalNumber(LocalTheta) ?? global : usual.LocalTheta),
            LocalAttention = json.OptionalInteger(LocalAttention) ?? usual.LocalAttention,
            GlobalEvery = json.OptionalInteger(GlobalEvery) ?? EveryIn(json) ?? usual.GlobalEvery,
        };
    }

    /// <summary>Writes the older keys, which every version of the library reads.</summary>
    public static void Write(Utf8JsonWriter json, RotaryPositions rotary)
    {
        json.WriteNumber(GlobalTheta, rotary.GlobalTheta);
        json.WriteNumber(LocalTheta, rotary.LocalTheta);
        json.WriteNumber(LocalAttention, rotary.LocalAttention);
        json.WriteNumber(GlobalEvery, rotary.GlobalEvery);
        foreach (string flag in (string[])["attention_bias", "mlp_bias", "norm_bias", "classifier_bias"])
            json.WriteBoolean(flag, false);
    }

    /// <summary>The distance between layers whose tokens attend to all; <see langword="null"/> where the layers are not listed.</summary>
    private static int? EveryIn(ConfigurationReader json)
    {
        var kinds = json.OptionalNames(LayerTypes);
        if (kinds.Count == 0)
            return null;
        int every = kinds.Skip(1).TakeWhile(kind => kind != Full).Count() + 1;
        return kinds.Select((kind, layer) => kind == (layer % every == 0 ? Full : Sliding)).All(fits => fits)
            ? every
            : throw new InvalidDataException($"{json.Path}: {LayerTypes} are {string.Join(", ", kinds)}; expected {Full} every so many layers from the first on, and {Sliding} between.");
    }
}
