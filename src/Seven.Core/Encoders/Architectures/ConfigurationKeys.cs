using System.Globalization;
using System.Text.Json;
using Seven.Formats.HuggingFace;

namespace Seven.Encoders.Architectures;

/// <summary>Keys of <c>config.json</c>, by which it is read and written. Defaults are BERT's.</summary>
internal sealed record ConfigurationKeys
{
    private const string VocabularySize = "vocab_size";
    private const string MaximumTokens = "max_position_embeddings";
    private const string SegmentKinds = "type_vocab_size";
    private const string PaddingToken = "pad_token_id";
    private const string ImageSize = "image_size";
    private const string PatchSize = "patch_size";
    private const string Channels = "num_channels";
    private const string PrunedHeads = "pruned_heads";
    private const string EmbeddingSize = "embedding_size";

    /// <summary>Older files say it; relative positions were never common, and newer versions of Hugging Face's library have none.</summary>
    private const string PositionKind = "position_embedding_type";

    /// <summary>A key of this project's own, written only where it is not the architecture's.</summary>
    private const string NormPlacementKey = "norm_placement";

    public string HiddenSize { get; init; } = "hidden_size";

    public string Layers { get; init; } = "num_hidden_layers";

    public string Heads { get; init; } = "num_attention_heads";

    public string IntermediateSize { get; init; } = "intermediate_size";

    public string Activation { get; init; } = "hidden_act";

    /// <summary><see langword="null"/> where ε is always 1e-12.</summary>
    public string? NormEpsilon { get; init; } = "layer_norm_eps";

    public string HiddenDropout { get; init; } = "hidden_dropout_prob";

    /// <summary>The token of padding where the file does not say it.</summary>
    public int? UsualPadding { get; init; }

    public string AttentionDropout { get; init; } = "attention_probs_dropout_prob";

    /// <summary>Flags that must be false, where the architecture knows them.</summary>
    public IReadOnlyList<string> FalseFlags { get; init; } = [];

    /// <summary>Which tokens a head for whole texts reads; <see langword="null"/> where it is always the first one.</summary>
    public string? Pooling { get; init; }

    /// <param name="json">The file.</param>
    /// <param name="architecture">The architecture that the file names.</param>
    /// <param name="head">The head, whose dropout is read.</param>
    /// <exception cref="InvalidDataException">A value is of another type than expected.</exception>
    /// <exception cref="ArgumentException">The values describe an impossible network.</exception>
    public EncoderConfiguration Read(ConfigurationReader json, Architecture architecture, HeadDescription? head) => (architecture.Input is TextNames
        ? Shared(json, architecture, head, dropout: 0.1, Text(json, architecture))
        : Shared(json, architecture, head, dropout: 0, new ImageConfiguration
        {
            ImageSize = json.Integer(ImageSize, 224),
            PatchSize = json.Integer(PatchSize, 16),
            Channels = json.Integer(Channels, 3),
        })).Validated();

    private TextConfiguration Text(ConfigurationReader json, Architecture architecture)
    {
        json.Choice(PositionKind, missing: true, ("absolute", true));
        foreach (string flag in FalseFlags)
            json.RequireFalse(flag);
        var shape = new TextConfiguration
        {
            Architecture = architecture,
            VocabularySize = json.Integer(VocabularySize, 30522),
            SegmentKinds = json.Integer(SegmentKinds, 2),
            PaddingToken = json.OptionalInteger(PaddingToken) ?? UsualPadding,
            EmbeddingSize = json.OptionalInteger(EmbeddingSize),
            Rotary = ((TextNames)architecture.Input).Positions is null ? RotaryKeys.Read(json) : new RotaryPositions(),
            Pooling = Pooling is null ? Encoders.Pooling.FirstToken : json.Choice(Pooling, Encoders.Pooling.FirstToken, ("cls", Encoders.Pooling.FirstToken), ("mean", Encoders.Pooling.Mean)),
        };
        // The file counts entries of the table, of which the first ones may be no positions.
        return shape with { MaximumTokens = json.Integer(MaximumTokens, 512 + shape.FirstPosition) - shape.FirstPosition };
    }

    public void Write(Utf8JsonWriter json, EncoderConfiguration shape, HeadDescription head)
    {
        json.WriteNumber(HiddenSize, shape.HiddenSize);
        json.WriteNumber(Layers, shape.Layers);
        json.WriteNumber(Heads, shape.Heads);
        json.WriteNumber(IntermediateSize, shape.IntermediateSize);
        if (shape.PrunedHeads.Count > 0)
            WritePrunedHeads(json, shape.PrunedHeads);
        json.WriteString(Activation, shape.Activation == Encoders.Activation.Gelu ? "gelu" : "relu");
        if (NormEpsilon is not null)
            json.WriteNumber(NormEpsilon, shape.NormEpsilon);
        json.WriteNumber(HiddenDropout, shape.HiddenDropout);
        json.WriteNumber(AttentionDropout, shape.AttentionDropout);
        if (head.DropoutKey is { } key && shape.HeadDropout is { } rate)
            json.WriteNumber(key, rate);
        if (shape.NormPlacement != shape.Architecture.NormPlacement)
            json.WriteString(NormPlacementKey, shape.NormPlacement == NormPlacement.After ? "after" : "before");
        if (shape is TextConfiguration text)
            Write(json, text);
        else
            Write(json, (ImageConfiguration)shape);
    }

    private static void WritePrunedHeads(Utf8JsonWriter json, IReadOnlyDictionary<int, IReadOnlyList<int>> heads)
    {
        json.WriteStartObject(PrunedHeads);
        foreach (var (layer, pruned) in heads.OrderBy(entry => entry.Key))
        {
            json.WriteStartArray(layer.ToString(CultureInfo.InvariantCulture));
            foreach (int head in pruned)
                json.WriteNumberValue(head);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, TextConfiguration shape)
    {
        if (Pooling is not null)
            json.WriteString(Pooling, shape.Pooling == Encoders.Pooling.Mean ? "mean" : "cls");
        if (shape.Names.Positions is null)
            RotaryKeys.Write(json, shape.Rotary);
        json.WriteNumber(VocabularySize, shape.VocabularySize);
        json.WriteNumber(MaximumTokens, shape.MaximumTokens + shape.FirstPosition);
        if (shape.EmbeddingSize is { } size)
            json.WriteNumber(EmbeddingSize, size);
        if (shape.HasSegments)
            json.WriteNumber(SegmentKinds, shape.SegmentKinds);
        if (shape.PaddingToken is { } padding)
            json.WriteNumber(PaddingToken, padding);
    }

    private static void Write(Utf8JsonWriter json, ImageConfiguration shape)
    {
        json.WriteNumber(ImageSize, shape.ImageSize);
        json.WriteNumber(PatchSize, shape.PatchSize);
        json.WriteNumber(Channels, shape.Channels);
        json.WriteBoolean("qkv_bias", true);
    }

    private EncoderConfiguration Shared(ConfigurationReader json, Architecture architecture, HeadDescription? head, double dropout, EncoderConfiguration shape) => shape with
    {
        Architecture = architecture,
        HiddenSize = json.Integer(HiddenSize, 768),
        Layers = json.Integer(Layers, 12),
        Heads = json.Integer(Heads, 12),
        IntermediateSize = json.Integer(IntermediateSize, 3072),
        PrunedHeads = json.NumbersByNumber(PrunedHeads),
        NormEpsilon = NormEpsilon is null ? EncoderConfiguration.UsualNormEpsilon : json.Number(NormEpsilon, EncoderConfiguration.UsualNormEpsilon),
        Activation = json.Choice(Activation, Encoders.Activation.Gelu, ("gelu", Encoders.Activation.Gelu), ("relu", Encoders.Activation.Relu)),
        HiddenDropout = json.Number(HiddenDropout, dropout),
        AttentionDropout = json.Number(AttentionDropout, dropout),
        HeadDropout = head?.DropoutKey is { } key ? json.OptionalNumber(key) : null,
        NormPlacement = json.Choice(NormPlacementKey, architecture.NormPlacement, ("before", NormPlacement.Before), ("after", NormPlacement.After)),
    };
}
