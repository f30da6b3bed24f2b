using Seven.Encoders.Layers;
using Seven.Numerics;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Encoders;

/// <summary>What happens inside of a network in one pass, as tensors; <see cref="InnerStates"/> are a teacher's.</summary>
/// <param name="hidden">Whether hidden states are noted.</param>
/// <param name="attention">Whether attention is noted.</param>
internal sealed class InnerTensors(bool hidden, bool attention)
{
    /// <summary>The hidden states after each layer, [tokens × hidden].</summary>
    public List<Tensor>? Hidden { get; } = hidden ? [] : null;

    /// <summary>The probabilities of attention in each layer, [sequences × heads × queries × keys].</summary>
    public List<Tensor>? Attention { get; } = attention ? [] : null;

    /// <summary>The distance from a teacher, by its weights.</summary>
    public Tensor DistanceTo(InnerTarget target, SequenceLayout layout)
    {
        float[] counted = HiddenStates.CountedTokens(layout);
        var first = (Hidden ?? Attention)![0];
        Tensor sum = zeros(1, device: first.device).squeeze();
        if (target.States.Hidden is { } states)
            sum += HiddenDistance(states, counted) * target.HiddenWeight;
        if (target.States.Attention is { } maps)
            sum += AttentionDistance(maps, layout, counted) * target.AttentionWeight;
        return sum;
    }

    /// <summary>The mean squared difference over layers, features and tokens that may be attended to.</summary>
    private Tensor HiddenDistance(HiddenStates target, float[] counted)
    {
        var device = Hidden![0].device;
        var weights = tensor(counted, device: device).unsqueeze(0);
        Tensor sum = zeros(1, device: device).squeeze();
        for (int layer = 0; layer < Hidden.Count; layer++)
            sum += ((Hidden[layer].transpose(0, 1) - OnDevice(target.Layers[layer], device)).square() * weights).sum();
        return sum / Math.Max(1, Hidden.Sum(state => (double)state.shape[1]) * counted.Sum());
    }

    /// <summary>The mean of KL(teacher's ‖ these) over layers, heads and tokens that may be attended to.</summary>
    private Tensor AttentionDistance(AttentionMaps target, SequenceLayout layout, float[] counted)
    {
        var device = Attention![0].device;
        Tensor sum = zeros(1, device: device).squeeze();
        for (int layer = 0; layer < Attention.Count; layer++)
        {
            var own = Attention[layer];
            var wanted = tensor(target.Spread(layer, layout, (int)own.shape[^1]), own.shape, device: device);
            var divergence = (wanted * (wanted.clamp_min(AttentionMaps.Smallest).log() - own.clamp_min(AttentionMaps.Smallest).log())).sum(-1);
            sum += (divergence * Queries(layout, counted, own.shape[^1], device)).sum();
        }

        return sum / Math.Max(1, Attention.Sum(maps => (double)maps.shape[1]) * counted.Sum());
    }

    /// <summary>One for each query that counts: [sequences × 1 × queries].</summary>
    private static Tensor Queries(SequenceLayout layout, float[] counted, long longest, Device device)
    {
        var grid = new float[layout.Count * longest];
        for (int sequence = 0; sequence < layout.Count; sequence++)
            counted.AsSpan(layout.Start(sequence), layout.Length(sequence)).CopyTo(grid.AsSpan((int)(sequence * longest)));
        return tensor(grid, [layout.Count, 1, longest], device: device);
    }

    private static Tensor OnDevice(Matrix matrix, Device device)
    {
        var values = new float[matrix.Rows * matrix.Columns];
        for (int row = 0; row < matrix.Rows; row++)
            matrix.Row(row).CopyTo(values.AsSpan(row * matrix.Columns));
        return tensor(values, [matrix.Rows, matrix.Columns], device: device);
    }
}
