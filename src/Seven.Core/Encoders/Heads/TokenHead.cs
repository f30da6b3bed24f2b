using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Encoders.Heads;

/// <summary>BERT's head for extractive question answering: for each token, how well the answer starts and ends there.</summary>
internal sealed class TokenHead(BertConfiguration shape, WeightInitializer initializer) : IHead
{
    private readonly Linear _outputs = new(shape.HiddenSize, initializer, ParameterKind.Head, new Linear.Part("qa_outputs", 2));

    public IReadOnlyList<Parameter> Parameters => _outputs.Parameters;

    public (Matrix Output, Backward Backward) Forward(Matrix hidden, SequenceLayout layout, Pass pass) =>
        (_outputs.Forward(hidden, pass), dOutput =>
        {
            _outputs.AddParameterGradients(hidden, dOutput, pass);
            return _outputs.InputGradient(dOutput, pass);
        }
    );

    public Matrix Score(Matrix hidden, SequenceLayout layout, Pass pass) => _outputs.Forward(hidden, pass);
}
