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
        Activate(input, activated, pass.Workers);
        Matrix output = contract.Forward(activated, pass);
        return (output, dy =>
        {
            contract.AddParameterGradients(activated, dy, pass);
            Matrix inner = contract.InputGradient(dy, pass);
            ActivationGradient(input, inner, pass.Workers);
            expand.AddParameterGradients(x, inner, pass);
            return expand.InputGradient(inner, pass);
        }
        );
    }

    public void Score(Matrix x, Matrix y, SequenceLayout layout, Pass pass)
    {
        var mark = pass.Arena.Mark();
        Matrix activated = pass.Arena.Take(expand.Outputs, x.Columns);
        if (activation == Activation.Gelu)
            expand.Forward<Gelu>(x, activated, pass);
        else
            expand.Forward<Relu>(x, activated, pass);
        contract.Forward(activated, y, pass);
        pass.Arena.Release(mark);
    }

    public void ScoreFirstTokens(Matrix x, Matrix y, SequenceLayout layout, Pass pass) => Score(FirstToken.Gather(x, layout, pass), y, layout, pass);

    private void Activate(Matrix x, Matrix y, Workers workers)
    {
        if (activation == Activation.Gelu)
            Elementwise.Apply<Gelu>(x, y, workers);
        else
            Elementwise.Apply<Relu>(x, y, workers);
    }

    private void ActivationGradient(Matrix x, Matrix gradient, Workers workers)
    {
        if (activation == Activation.Gelu)
            Elementwise.Apply<GeluGradient>(x, gradient, gradient, workers);
        else
            Elementwise.Apply<ReluGradient>(x, gradient, gradient, workers);
    }
}
