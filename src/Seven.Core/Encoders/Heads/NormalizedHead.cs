using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Encoders.Heads;

/// <summary>ViT's head for classification: the class token normalised, then a linear layer.</summary>
internal sealed class NormalizedHead : IHead
{
    private readonly LayerNormalization _norm;
    private readonly Linear _classifier;

    public NormalizedHead(VitConfiguration shape, int outputs, WeightInitializer initializer)
    {
        _norm = new LayerNormalization("vit.layernorm", shape.HiddenSize, shape.NormEpsilon);
        _classifier = new Linear(shape.HiddenSize, initializer, ParameterKind.Head, new Linear.Part("classifier", outputs));
    }

    public IReadOnlyList<Parameter> Parameters => [.. _norm.Parameters, .. _classifier.Parameters];

    public (Matrix Output, Backward Backward) Forward(Matrix hidden, SequenceLayout layout, Pass pass)
    {
        Matrix first = FirstToken.Gather(hidden, layout, pass);
        var (normalized, backwardOfNorm) = _norm.Forward(first, pass);
        return (_classifier.Forward(normalized, pass), dOutput =>
        {
            _classifier.AddParameterGradients(normalized, dOutput, pass);
            return FirstToken.Scatter(backwardOfNorm(_classifier.InputGradient(dOutput, pass)), layout, pass);
        }
        );
    }

    public Matrix Score(Matrix hidden, SequenceLayout layout, Pass pass)
    {
        Matrix first = FirstToken.Gather(hidden, layout, pass);
        _norm.Score(first, first, pass);
        return _classifier.Forward(first, pass);
    }
}
