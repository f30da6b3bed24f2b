using System.Numerics.Tensors;
using Seven.Numerics;

namespace Seven.Encoders.Layers;

/// <summary>What the tokens of one batch attended to, layer by layer: the probabilities of each head, and how far they are from those of a teacher.</summary>
/// <remarks>A layer's heads are numbered over all sequences; the probabilities of each are blocks of [keys × queries].</remarks>
/// <param name="arena">Memory for those of a pass that keeps none itself.</param>
internal sealed class AttentionMaps(Arena arena)
{
    /// <summary>Smaller probabilities count as this one in logarithms.</summary>
    public const float Smallest = 1e-30f;

    private readonly List<(Matrix[][] Heads, AttentionBlocks Blocks)> _layers = [];
    private AttentionMaps? _target;
    private float[] _slopes = [];

    public Arena Arena => arena;

    /// <summary>Takes a layer's probabilities.</summary>
    /// <param name="heads">Those of each head, block by block.</param>
    /// <param name="blocks">The layer's blocks.</param>
    /// <returns>The layer's number.</returns>
    public int Add(Matrix[][] heads, AttentionBlocks blocks)
    {
        _layers.Add((heads, blocks));
        return _layers.Count - 1;
    }

    /// <summary>From now on <see cref="PullOn"/> says what pulls these probabilities towards others: the loss is factor · the mean of KL(others ‖ these) over layers, heads and tokens that may be attended to.</summary>
    /// <param name="target">The others, of the same shape.</param>
    /// <param name="layout">The sequences.</param>
    /// <param name="factor">The loss's factor.</param>
    /// <param name="scale">The factor of its gradient.</param>
    /// <returns>The loss.</returns>
    public double PullTowards(AttentionMaps target, SequenceLayout layout, double factor, float scale)
    {
        (_target, _slopes) = (target, HiddenStates.CountedTokens(layout));
        double queries = _layers.Sum(layer => (double)layer.Heads.Length / layout.Count) * TensorPrimitives.Sum<float>(_slopes), sum = 0;
        if (queries == 0)
            return 0;
        for (int layer = 0; layer < _layers.Count; layer++)
            for (int head = 0; head < _layers[layer].Heads.Length; head++)
                sum += Divergence(layer, head, layout);
        TensorPrimitives.Multiply(_slopes, (float)(factor * scale / queries), _slopes);
        return factor * sum / queries;
    }

    /// <summary>What pulls a block's probabilities; <see langword="null"/> where nothing pulls.</summary>
    /// <param name="layer">The layer's number.</param>
    /// <param name="head">The head's.</param>
    /// <param name="block">The block's.</param>
    /// <param name="firstToken">The token of the block's first query.</param>
    public AttentionPull? PullOn(int layer, int head, int block, int firstToken) => _target is null
        ? null
        : new AttentionPull(_layers[layer].Heads[head][block], _target._layers[layer].Heads[head][block], _slopes.AsMemory(firstToken));

    /// <summary>A layer's probabilities as [sequences × heads × tokens × tokens], a query's keys together, with zeros beyond a sequence's end and out of reach.</summary>
    /// <param name="layer">The layer's number.</param>
    /// <param name="layout">The sequences.</param>
    /// <param name="longest">Tokens of the longest one.</param>
    public float[] Spread(int layer, SequenceLayout layout, int longest)
    {
        var (heads, blocks) = _layers[layer];
        var result = new float[(long)heads.Length * longest * longest];
        for (int head = 0; head < heads.Length; head++)
            for (int number = 0; number < heads[head].Length; number++)
            {
                var block = blocks.Of(layout.Length(head * layout.Count / heads.Length), number);
                for (int key = 0; key < block.Keys; key++)
                    for (int query = 0; query < block.Queries; query++)
                        result[((long)head * longest + block.FirstQuery + query) * longest + block.FirstKey + key] = heads[head][number].Row(key)[query];
            }

        return result;
    }

    /// <summary>The sum of KL(others ‖ these) over a head's queries.</summary>
    private double Divergence(int layer, int head, SequenceLayout layout)
    {
        var (heads, blocks) = _layers[layer];
        int sequence = head * layout.Count / heads.Length;
        var (own, wanted) = (heads[head], _target!._layers[layer].Heads[head]);
        var (logarithms, others) = (new float[layout.Length(sequence)], new float[layout.Length(sequence)]);
        double sum = 0;
        for (int number = 0; number < own.Length; number++)
        {
            var block = blocks.Of(layout.Length(sequence), number);
            Span<float> log = logarithms.AsSpan(0, block.Queries), other = others.AsSpan(0, block.Queries);
            var counted = _slopes.AsSpan(layout.Start(sequence) + block.FirstQuery, block.Queries);
            for (int key = 0; key < block.Keys; key++)
            {
                Logarithm(own[number].Row(key), log);
                Logarithm(wanted[number].Row(key), other);
                TensorPrimitives.Subtract(other, log, log);
                TensorPrimitives.Multiply(log, counted, log);
                sum += TensorPrimitives.Dot<float>(wanted[number].Row(key), log);
            }
        }

        return sum;
    }

    private static void Logarithm(ReadOnlySpan<float> probabilities, Span<float> result)
    {
        TensorPrimitives.Max(probabilities, Smallest, result);
        TensorPrimitives.Log<float>(result, result);
    }
}
