using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>W₂ · activation(W₁ · x), token by token.</summary>
internal sealed class FeedForward(Linear expand, Linear contract, Activation activation) : ISublayer
{
    public IReadOnlyList<Parameter> Parameters => [.. expand.Parameters, .. contract.Parameters];

    public (Matrix Output, Backward Backward) Forward(Matrix x, SequenceLayout layout, Pass pass)
    {
        Matrix input = expand.Forward(x, pass);
        Matrix activated = pass.Arena.Take(input.Rows, input.Columns);
        activation.Apply(input, activated, pass.Workers);
        Matrix output = contract.Forward(activated, pass);
        return (output, dy =>
        {
            contract.AddParameterGradients(activated, dy, pass);
            Matrix inner = contract.InputGradient(dy, pass);
            activation.ApplySlope(input, inner, pass.Workers);
            expand.AddParameterGradients(x, inner, pass);
            return expand.InputGradient(inner, pass);
        }
        );
    }

    public void Score(Activations x, Matrix y, SequenceLayout layout, Pass pass)
    {
        var mark = pass.Arena.Mark();
        var activated = pass.TakeWithRanges(expand.Outputs, y.Columns);
        if (activation == Activation.Gelu)
            expand.Forward<Gelu>(x, activated, pass);
        else
            expand.Forward<Relu>(x, activated, pass);
        contract.Forward(activated, y, pass);
        pass.Arena.Release(mark);
    }

    public void ScoreFirstTokens(Activations x, Matrix y, SequenceLayout layout, Pass pass) => Score(FirstToken.Gather(x.Values, layout, pass), y, layout, pass);
}
