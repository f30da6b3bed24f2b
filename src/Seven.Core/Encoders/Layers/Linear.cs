using System.Numerics.Tensors;
using Seven.Numerics;
using Seven.Numerics.Sparse;

namespace Seven.Encoders.Layers;

/// <summary>Y = W · X + b, with W: [outputs × inputs], X: [inputs × tokens], Y: [outputs × tokens].</summary>
/// <remarks>Several named parameters may share one W, one below the other: query, key and value are computed at once.</remarks>
internal sealed class Linear
{
    private readonly Matrix _weight;
    private readonly Matrix _weightGradient;
    private readonly Matrix _bias;
    private readonly Matrix _biasGradient;

    public Linear(int inputs, WeightInitializer initializer, ParameterKind kind, params IReadOnlyList<Part> parts)
    {
        int outputs = parts.Sum(part => part.Outputs);
        (_weight, _weightGradient) = (Matrix.Zeros(outputs, inputs), Matrix.Zeros(outputs, inputs));
        (_bias, _biasGradient) = (Matrix.Zeros(1, outputs), Matrix.Zeros(1, outputs));
        initializer.Fill(_weight.Values);

        var parameters = new List<Parameter>();
        int row = 0;
        foreach (var part in parts)
        {
            parameters.Add(new Parameter(
                part.Name + ".weight", kind, part.WeightShape ?? [part.Outputs, inputs],
                _weight.RowRange(row, part.Outputs), _weightGradient.RowRange(row, part.Outputs)));
            parameters.Add(new Parameter(
                part.Name + ".bias", ParameterKind.Bias, [part.Outputs],
                _bias.ColumnRange(row, part.Outputs), _biasGradient.ColumnRange(row, part.Outputs)));
            row += part.Outputs;
        }

        Parameters = parameters;
    }

    /// <summary>Rows of W under a name of their own.</summary>
    public sealed record Part(string Name, int Outputs, IReadOnlyList<int>? WeightShape = null);

    public IReadOnlyList<Parameter> Parameters { get; }

    public int Outputs => _weight.Rows;

    public Matrix Forward(Matrix x, Pass pass)
    {
        Matrix y = pass.Arena.Take(Outputs, x.Columns);
        Forward(x, y, pass);
        return y;
    }

    public void Forward(Matrix x, Matrix y, Pass pass)
    {
        for (int row = 0; row < y.Rows; row++)
            y.Row(row).Fill(_bias.Row(0)[row]);
        if (pass.Sparse?.Of(this, _weight) is { } sparse)
            SparseProduct.Add(sparse, x, y, pass.Workers);
        else
            Gemm.Product(_weight, x, y, accumulate: true, pass.Workers);
    }

    /// <summary>dW += dY · Xᵀ, db += Σ dY over tokens.</summary>
    public void AddParameterGradients(Matrix x, Matrix dy, Workers workers)
    {
        Gemm.OuterProduct(dy, x, _weightGradient, accumulate: true, workers);
        for (int row = 0; row < dy.Rows; row++)
            _biasGradient.Row(0)[row] += TensorPrimitives.Sum<float>(dy.Row(row));
    }

    /// <summary>dX = (dX +) Wᵀ · dY.</summary>
    public void InputGradient(Matrix dy, Matrix dx, bool accumulate, Workers workers) =>
        Gemm.TransposedProduct(_weight, dy, dx, accumulate, workers);
}
