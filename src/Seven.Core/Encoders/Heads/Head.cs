using System.Numerics.Tensors;
using Seven.Encoders.Architectures;
using Seven.Encoders.Layers;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Heads;

/// <summary>The layers of a task on top of an encoder, for the first token of each sequence or for every token.</summary>
internal sealed class Head
{
    private readonly HeadDescription _description;
    private readonly bool _isPerToken;
    private readonly bool _takesMean;
    private readonly bool _normalizesVectors;
    private readonly LayerNormalization? _norm;
    private readonly Linear? _dense;
    private readonly LayerNormalization? _normAfterDense;
    private readonly Linear? _output;
    private readonly Linear? _secondOutput;
    private readonly double _dropoutRate;

    /// <param name="shape">The encoder's shape.</param>
    /// <param name="description">The layers.</param>
    /// <param name="outputs">Outputs of the last layer.</param>
    /// <param name="isPerToken">Whether every token has outputs; otherwise the first one of each sequence, or the mean of all.</param>
    /// <param name="initializer">Start values.</param>
    public Head(EncoderConfiguration shape, HeadDescription description, int outputs, bool isPerToken, WeightInitializer initializer)
    {
        var (hidden, hasBias) = (shape.HiddenSize, shape.Architecture.Layers.HasBiases);
        (_description, _isPerToken, _dropoutRate) = (description, isPerToken, description.HasDropout ? shape.HeadDropout ?? shape.HiddenDropout : 0);
        var text = shape as TextConfiguration;
        (_takesMean, _normalizesVectors) = (!isPerToken && text?.Pooling == Pooling.Mean, description.Output is null && text is { NormalizesVectors: true });
        if (description.Norm is { } norm)
            _norm = new LayerNormalization(norm, hidden, shape.NormEpsilon, hasBias);
        if (description.Dense is { } dense)
            _dense = new Linear(hidden, initializer, KindOf(dense, shape.Architecture), new Linear.Part(dense, hidden, HasBias: hasBias));
        if (description.NormAfterDense is { } second)
            _normAfterDense = new LayerNormalization(second, hidden, shape.NormEpsilon, hasBias);
        if (description.Output is { } output)
            _output = new Linear(hidden, initializer, ParameterKind.Head, new Linear.Part(output, outputs));
        if (description.SecondOutput is { } other)
            _secondOutput = new Linear(hidden, initializer, ParameterKind.Head, new Linear.Part(other, outputs));
    }

    public IReadOnlyList<Parameter> Parameters => [.. _norm?.Parameters ?? [], .. ParametersOfTask];

    /// <summary>Parameters that a pretrained encoder may lack.</summary>
    public IReadOnlyList<Parameter> ParametersOfTask => [.. _dense?.Parameters ?? [], .. _normAfterDense?.Parameters ?? [], .. OutputParameters];

    /// <summary>The last layer's, or layers', whose rows belong to the labels.</summary>
    public IReadOnlyList<Parameter> OutputParameters => [.. _output?.Parameters ?? [], .. _secondOutput?.Parameters ?? []];

    /// <summary>Whether other tokens than the first one of each sequence are read.</summary>
    public bool ReadsAllTokens => _isPerToken || _takesMean || _secondOutput is not null;

    /// <summary>From hidden states [hidden × tokens] to outputs: [outputs × sequences], or [outputs × tokens] where every token has some.</summary>
    public (Matrix Output, Backward Backward) Forward(Matrix hidden, SequenceLayout layout, Pass pass)
    {
        if (_output is null)
            return Vectors(hidden, layout, pass);
        var (first, backwardOfFirst) = Forward(hidden, layout, pass, _output, token: 0);
        if (_secondOutput is null)
            return (first, backwardOfFirst);
        var (second, backwardOfSecond) = Forward(hidden, layout, pass, _secondOutput, token: 1);
        return (Mean(first, second, pass), gradient =>
        {
            Matrix half = pass.Arena.Take(gradient.Rows, gradient.Columns);
            for (int row = 0; row < half.Rows; row++)
                TensorPrimitives.Multiply(gradient.Row(row), 0.5f, half.Row(row));
            Matrix sum = backwardOfFirst(half), other = backwardOfSecond(half);
            for (int row = 0; row < sum.Rows; row++)
                TensorPrimitives.Add(sum.Row(row), other.Row(row), sum.Row(row));
            return sum;
        }
        );
    }

    private (Matrix Output, Backward Backward) Forward(Matrix hidden, SequenceLayout layout, Pass pass, Linear output, int token)
    {
        var (selected, backwardOfSelection) = Select(hidden, layout, pass, token);
        var inputDropout = _description.DropsInput ? pass.NextDropout(_dropoutRate) : Dropout.None;
        Matrix input = Dropped(selected, inputDropout, pass);
        Matrix? inner = _dense?.Forward(input, pass);
        Matrix activated = inner is { } values ? Activated(values, pass) : input;
        var (normalized, backwardOfNorm) = _normAfterDense?.Forward(activated, pass) ?? (activated, static gradient => gradient);
        var dropout = pass.NextDropout(_dropoutRate);
        Matrix dropped = Dropped(normalized, dropout, pass);
        return (output.Forward(dropped, pass), dOutput =>
        {
            output.AddParameterGradients(dropped, dOutput, pass);
            Matrix gradient = output.InputGradient(dOutput, pass);
            dropout.Apply(gradient, pass.Workers);
            gradient = backwardOfNorm(gradient);
            if (_dense is not null)
            {
                MultiplyBySlope(gradient, inner!.Value, activated, pass.Workers);
                _dense.AddParameterGradients(input, gradient, pass);
                gradient = _dense.InputGradient(gradient, pass);
            }

            inputDropout.Apply(gradient, pass.Workers);
            return backwardOfSelection(gradient);
        }
        );
    }

    /// <summary>What the layers of the task read: the normalized states of all tokens, their means, or those of one token of each sequence.</summary>
    private (Matrix Selected, Backward Backward) Select(Matrix hidden, SequenceLayout layout, Pass pass, int token)
    {
        Matrix selected = _isPerToken || _takesMean ? hidden : FirstToken.Gather(hidden, layout, pass, token);
        var (normalized, backwardOfNorm) = _norm?.Forward(selected, pass) ?? (selected, static gradient => gradient);
        if (_takesMean)
            return (Pool.Mean(normalized, layout, pass), gradient => backwardOfNorm(Pool.MeanBackward(gradient, layout, pass)));
        return (normalized, gradient => _isPerToken ? backwardOfNorm(gradient) : FirstToken.Scatter(backwardOfNorm(gradient), layout, pass, token));
    }

    /// <summary>The selected states themselves, of length one if the shape asks for it.</summary>
    private (Matrix Output, Backward Backward) Vectors(Matrix hidden, SequenceLayout layout, Pass pass)
    {
        var (vectors, backwardOfSelection) = Select(hidden, layout, pass, token: 0);
        if (!_normalizesVectors)
            return (vectors, backwardOfSelection);
        float[] factors = Pool.Normalize(vectors);
        return (vectors, gradient =>
        {
            Matrix before = pass.Arena.Take(gradient.Rows, gradient.Columns);
            gradient.CopyTo(before);
            Pool.NormalizeBackward(vectors, factors, before);
            return backwardOfSelection(before);
        }
        );
    }

    /// <summary>Whether every token has outputs, not the first one of each sequence alone.</summary>
    public bool IsPerToken => _isPerToken;

    /// <summary>The same without a backward pass.</summary>
    /// <param name="x">Hidden states of all tokens, or of the first ones where these alone are read; overwritten.</param>
    /// <param name="layout">The sequences.</param>
    /// <param name="pass">Memory and threads.</param>
    public Matrix Score(Matrix x, SequenceLayout layout, Pass pass) => _secondOutput is null
        ? Score(x, layout, pass, _output)
        : Mean(Score(FirstToken.Gather(x, layout, pass), layout, pass, _output), Score(FirstToken.Gather(x, layout, pass, offset: 1), layout, pass, _secondOutput), pass);

    private Matrix Score(Matrix x, SequenceLayout layout, Pass pass, Linear? output)
    {
        _norm?.Score(x, x, pass);
        Matrix selected = _takesMean ? Pool.Mean(x, layout, pass) : x;
        if (_normalizesVectors)
            Pool.Normalize(selected);
        Matrix activated = _dense is null ? selected : Activated(_dense.Forward(selected, pass), pass);
        _normAfterDense?.Score(activated, activated, pass);
        return output?.Forward(activated, pass) ?? activated;
    }

    private static Matrix Mean(Matrix first, Matrix second, Pass pass)
    {
        Matrix mean = pass.Arena.Take(first.Rows, first.Columns);
        for (int row = 0; row < mean.Rows; row++)
        {
            TensorPrimitives.Add(first.Row(row), second.Row(row), mean.Row(row));
            TensorPrimitives.Multiply(mean.Row(row), 0.5f, mean.Row(row));
        }

        return mean;
    }

    /// <summary>BERT's pooler belongs to the pretrained encoder and is pruned like its other layers; the layers of a task are not.</summary>
    private static ParameterKind KindOf(string dense, Architecture architecture) =>
        dense.StartsWith(architecture.TensorPrefix, StringComparison.Ordinal) ? ParameterKind.Linear : ParameterKind.Head;

    private static Matrix Dropped(Matrix x, Dropout dropout, Pass pass)
    {
        if (dropout.Rate == 0)
            return x;
        Matrix dropped = pass.Arena.Take(x.Rows, x.Columns);
        x.CopyTo(dropped);
        dropout.Apply(dropped, pass.Workers);
        return dropped;
    }

    private Matrix Activated(Matrix x, Pass pass)
    {
        Matrix y = pass.Arena.Take(x.Rows, x.Columns);
        if (_description.Function == HeadFunction.Gelu)
            Elementwise.Apply<Gelu>(x, y, pass.Workers);
        else if (_description.Function == HeadFunction.Relu)
            Elementwise.Apply<Relu>(x, y, pass.Workers);
        else
            for (int row = 0; row < y.Rows; row++)
                TensorPrimitives.Tanh<float>(x.Row(row), y.Row(row));
        return y;
    }

    /// <summary>The slope of the function, from its argument or its value.</summary>
    private void MultiplyBySlope(Matrix gradient, Matrix x, Matrix activated, Workers workers)
    {
        if (_description.Function == HeadFunction.Gelu)
            Elementwise.Apply<GeluGradient>(x, gradient, gradient, workers);
        else if (_description.Function == HeadFunction.Relu)
            Elementwise.Apply<ReluGradient>(x, gradient, gradient, workers);
        else
            for (int row = 0; row < gradient.Rows; row++)
            {
                Span<float> slopes = gradient.Row(row), values = activated.Row(row);
                for (int i = 0; i < slopes.Length; i++)
                    slopes[i] *= 1 - values[i] * values[i];
            }
    }
}
