using System.Numerics.Tensors;
using Seven.Numerics;

namespace Seven.Encoders.Layers;

/// <summary>The hidden states of one batch after each layer, [hidden × tokens], and how far they are from those of a teacher.</summary>
internal sealed class HiddenStates
{
    private readonly List<Matrix> _layers = [];
    private HiddenStates? _target;
    private float[] _counted = [];
    private float _slope;

    /// <summary>Layer by layer, from the first on.</summary>
    public IReadOnlyList<Matrix> Layers => _layers;

    public void Add(Matrix states) => _layers.Add(states);

    /// <summary>From now on <see cref="AddGradient"/> pulls these states towards others: the loss is factor · the mean squared difference over layers, features and tokens that may be attended to.</summary>
    /// <param name="target">The others, of the same shape.</param>
    /// <param name="layout">The sequences.</param>
    /// <param name="factor">The loss's factor.</param>
    /// <param name="scale">The factor of its gradient.</param>
    /// <returns>The loss.</returns>
    public double PullTowards(HiddenStates target, SequenceLayout layout, double factor, float scale)
    {
        (_target, _counted) = (target, CountedTokens(layout));
        double values = _layers.Sum(layer => (double)layer.Rows) * TensorPrimitives.Sum<float>(_counted), sum = 0;
        if (values == 0)
            return 0;
        _slope = (float)(2 * factor * scale / values);
        var difference = new float[layout.Tokens];
        for (int layer = 0; layer < _layers.Count; layer++)
            for (int feature = 0; feature < _layers[layer].Rows; feature++)
            {
                Subtract(layer, feature, difference);
                sum += TensorPrimitives.SumOfSquares<float>(difference);
            }

        return factor * sum / values;
    }

    /// <summary>Adds what pulls a layer's states to their gradient; nothing where nothing pulls.</summary>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="gradient">[hidden × tokens].</param>
    public void AddGradient(int layer, Matrix gradient)
    {
        if (_target is null)
            return;
        var difference = new float[gradient.Columns];
        for (int feature = 0; feature < gradient.Rows; feature++)
        {
            Subtract(layer, feature, difference);
            TensorPrimitives.MultiplyAdd(difference, _slope, gradient.Row(feature), gradient.Row(feature));
        }
    }

    /// <summary>One for each token that may be attended to, zero for padding.</summary>
    public static float[] CountedTokens(SequenceLayout layout)
    {
        var counted = new float[layout.Tokens];
        Array.Fill(counted, 1);
        for (int sequence = 0; sequence < layout.Count; sequence++)
        {
            var mask = layout.KeyMask(sequence);
            for (int token = 0; token < mask.Length; token++)
                counted[layout.Start(sequence) + token] = mask[token] ? 1 : 0;
        }

        return counted;
    }

    private void Subtract(int layer, int feature, float[] difference)
    {
        TensorPrimitives.Subtract(_layers[layer].Row(feature), _target!._layers[layer].Row(feature), difference);
        TensorPrimitives.Multiply(difference, _counted, difference);
    }
}
