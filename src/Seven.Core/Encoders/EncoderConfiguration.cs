using System.Collections.ObjectModel;
using Seven.Encoders.Architectures;

namespace Seven.Encoders;

/// <summary>The function between the two linear layers of a feed-forward block.</summary>
public enum Activation
{
    /// <summary>GELU in its exact form, x · Φ(x).</summary>
    Gelu,

    /// <summary>max(x, 0).</summary>
    Relu,
}

/// <summary>The placement of the norm in a residual block.</summary>
public enum NormPlacement
{
    /// <summary>After the residual sum, as in BERT and torch's <c>nn.TransformerEncoderLayer</c>.</summary>
    After,

    /// <summary>Before attention and feed-forward, as in ViT.</summary>
    Before,
}

/// <summary>The shape of a stack of transformer layers.</summary>
public abstract record EncoderConfiguration
{
    internal const double UsualNormEpsilon = 1e-12;

    private NormPlacement? _normPlacement;

    private protected EncoderConfiguration()
    {
    }

    /// <summary>The family of encoders: names of tensors and keys of <c>config.json</c>.</summary>
    public abstract Architecture Architecture { get; init; }

    /// <summary>Features of a token. Default 768, BERT-base and ViT-B.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>Number of layers. Default 12, BERT-base and ViT-B.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Attention heads; divides <see cref="HiddenSize"/>. Default 12.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>Heads that were removed, by the number of their layer, both from 0; <c>pruned_heads</c> in <c>config.json</c>. Default none.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<int>> PrunedHeads { get; init; } = ReadOnlyDictionary<int, IReadOnlyList<int>>.Empty;

    /// <summary>Features between the two linear layers of a feed-forward block. Default 3072, four times the hidden size.</summary>
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>The feed-forward block's function. Default GELU.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;

    /// <summary>ε of the layer norms, added to the variance. Default 1e-12, BERT's.</summary>
    public double NormEpsilon { get; init; } = UsualNormEpsilon;

    /// <summary>Dropout of every block's output and of the embeddings, in [0, 1). Default 0.1, BERT's.</summary>
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Dropout of the attention probabilities, in [0, 1). Default 0.1, BERT's.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Dropout before the head's last layer, in [0, 1). Default <see langword="null"/>: <see cref="HiddenDropout"/>, as in BERT.</summary>
    public double? HeadDropout { get; init; }

    /// <summary>The placement of norms in the residual blocks. Default: that of the architecture.</summary>
    public NormPlacement NormPlacement
    {
        get => _normPlacement ?? Architecture.NormPlacement;
        init => _normPlacement = value;
    }

    /// <summary>Features of a head.</summary>
    internal int HeadSize => HiddenSize / Heads;

    /// <summary>Heads that a layer has.</summary>
    /// <param name="layer">Its number, from 0.</param>
    internal int HeadsIn(int layer) => Heads - (PrunedHeads.TryGetValue(layer, out var pruned) ? pruned.Count : 0);

    /// <summary>Returns this configuration if it can be built.</summary>
    /// <exception cref="ArgumentException">A size is out of range, or sizes do not fit each other.</exception>
    internal abstract EncoderConfiguration Validated();

    private protected void ValidateEncoder()
    {
        Require.InRange(HiddenSize, 1, 65536, inclusiveEnd: true, nameof(HiddenSize));
        Require.InRange(Layers, 1, 1024, inclusiveEnd: true, nameof(Layers));
        Require.InRange(Heads, 1, HiddenSize, inclusiveEnd: true, nameof(Heads));
        Require.InRange(IntermediateSize, 1, 1 << 20, inclusiveEnd: true, nameof(IntermediateSize));
        Require.Defined<Activation>(Activation, nameof(Activation));
        Require.Defined<NormPlacement>(NormPlacement, nameof(NormPlacement));
        Require.InRange(NormEpsilon, 0, 1, inclusiveEnd: true, nameof(NormEpsilon));
        Require.InRange(HiddenDropout, 0, 1, inclusiveEnd: false, nameof(HiddenDropout));
        Require.InRange(AttentionDropout, 0, 1, inclusiveEnd: false, nameof(AttentionDropout));
        Require.InRange(HeadDropout, 0, 1, inclusiveEnd: false, nameof(HeadDropout));
        if (Architecture.Keys.NormEpsilon is null && NormEpsilon != UsualNormEpsilon)
            throw new ArgumentException($"{nameof(NormEpsilon)} is {NormEpsilon}; expected {UsualNormEpsilon}, which {Architecture} always has.");
        if (HiddenSize % Heads != 0)
            throw new ArgumentException($"{nameof(HiddenSize)} is {HiddenSize} and {nameof(Heads)} is {Heads}; expected a hidden size that the heads divide.");
        foreach (var (layer, pruned) in PrunedHeads)
        {
            if (layer < 0 || layer >= Layers || pruned.Count >= Heads || pruned.Distinct().Count() != pruned.Count || pruned.Any(head => head < 0 || head >= Heads))
                throw new ArgumentException(
                    $"{nameof(PrunedHeads)} of layer {layer} are [{string.Join(", ", pruned)}]; expected distinct heads from 0 to {Heads - 1}, at least one of them left, of layers 0 to {Layers - 1}.");
        }
    }
}
