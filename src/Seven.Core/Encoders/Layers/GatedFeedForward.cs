using System.Numerics.Tensors;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>W₂ · (activation(a) ⊙ b), where a and b are the halves of W₁ · x (Shazeer, "GLU variants improve transformer", 2020).</summary>
internal sealed class GatedFeedForward(Linear expand, Linear contract, Activation activation) : ISublayer
{
    public IReadOnlyList<Parameter> Parameters => [.. expand.Parameters, .. contract.Parameters];

    public (Matrix Output, Backward Backward) Forward(Matrix x, SequenceLayout layout, Pass pass)
    {
        Matrix both = expand.Forward(x, pass);
        Matrix activated = pass.Arena.Take(contract.Inputs, x.Columns), gated = pass.Arena.Take(contract.Inputs, x.Columns);
        Matrix input = both.RowRange(0, contract.Inputs), gate = both.RowRange(contract.Inputs, contract.Inputs);
        activation.Apply(input, activated, pass.Workers);
        Multiply(activated, gate, gated);
        Matrix output = contract.Forward(gated, pass);
        return (output, dy =>
        {
            contract.AddParameterGradients(gated, dy, pass);
            Matrix dGated = contract.InputGradient(dy, pass), dBoth = pass.Arena.Take(both.Rows, both.Columns);
            Multiply(dGated, activated, dBoth.RowRange(contract.Inputs, contract.Inputs));
            Matrix dInput = dBoth.RowRange(0, contract.Inputs);
            Multiply(dGated, gate, dInput);
            activation.ApplySlope(input, dInput, pass.Workers);
            expand.AddParameterGradients(x, dBoth, pass);
            return expand.InputGradient(dBoth, pass);
        }
        );
    }

    public void Score(Activations x, Matrix y, SequenceLayout layout, Pass pass)
    {
        var mark = pass.Arena.Mark();
        Matrix both = expand.Forward(x, pass);
        Matrix input = both.RowRange(0, contract.Inputs);
        activation.Apply(input, input, pass.Workers);
        Multiply(input, both.RowRange(contract.Inputs, contract.Inputs), input);
        contract.Forward(input, y, pass);
        pass.Arena.Release(mark);
    }

    public void ScoreFirstTokens(Activations x, Matrix y, SequenceLayout layout, Pass pass) => Score(FirstToken.Gather(x.Values, layout, pass), y, layout, pass);

    private static void Multiply(Matrix left, Matrix right, Matrix product)
    {
        for (int row = 0; row < product.Rows; row++)
            TensorPrimitives.Multiply<float>(left.Row(row), right.Row(row), product.Row(row));
    }
}
