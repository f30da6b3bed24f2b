using System.Numerics.Tensors;
using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Encoders.Heads;

/// <summary>BERT's head for classification and regression: tanh(W · first token), dropout, a linear layer.</summary>
internal sealed class PooledHead : IHead
{
    private readonly Linear _pooler;
    private readonly Linear _classifier;
    private readonly double _dropoutRate;

    public PooledHead(BertConfiguration shape, int outputs, WeightInitializer initializer)
    {
        _pooler = new Linear(shape.HiddenSize, initializer, ParameterKind.Linear, new Linear.Part("bert.pooler.dense", shape.HiddenSize));
        _classifier = new Linear(shape.HiddenSize, initializer, ParameterKind.Head, new Linear.Part("classifier", outputs));
        _dropoutRate = shape.HiddenDropout;
    }

    public IReadOnlyList<Parameter> Parameters => [.. _pooler.Parameters, .. _classifier.Parameters];

    public (Matrix Output, Backward Backward) Forward(Matrix hidden, SequenceLayout layout, Pass pass)
    {
        Matrix first = FirstToken.Gather(hidden, layout, pass);
        Matrix pooled = Pool(first, pass);
        var dropout = pass.NextDropout(_dropoutRate);
        Matrix dropped = pass.Arena.Take(pooled.Rows, pooled.Columns);
        pooled.CopyTo(dropped);
        dropout.Apply(dropped, pass.Workers);
        return (_classifier.Forward(dropped, pass), dOutput =>
        {
            _classifier.AddParameterGradients(dropped, dOutput, pass);
            Matrix gradient = _classifier.InputGradient(dOutput, pass);
            dropout.Apply(gradient, pass.Workers);
            MultiplyByTanhSlope(gradient, pooled);
            _pooler.AddParameterGradients(first, gradient, pass);
            return FirstToken.Scatter(_pooler.InputGradient(gradient, pass), layout, pass);
        }
        );
    }

    public Matrix Score(Matrix hidden, SequenceLayout layout, Pass pass) =>
        _classifier.Forward(Pool(FirstToken.Gather(hidden, layout, pass), pass), pass);

    private Matrix Pool(Matrix first, Pass pass)
    {
        Matrix pooled = _pooler.Forward(first, pass);
        for (int row = 0; row < pooled.Rows; row++)
            TensorPrimitives.Tanh<float>(pooled.Row(row), pooled.Row(row));
        return pooled;
    }

    private static void MultiplyByTanhSlope(Matrix gradient, Matrix tanh)
    {
        for (int row = 0; row < gradient.Rows; row++)
            for (int i = 0; i < gradient.Columns; i++)
                gradient.Row(row)[i] *= 1 - tanh.Row(row)[i] * tanh.Row(row)[i];
    }
}
