using System.Numerics.Tensors;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>Y = W · X + b, with W: [outputs × inputs], X: [inputs × tokens], Y: [outputs × tokens].</summary>
/// <remarks>Several named parameters may share one W, one below the other: query, key and value are computed at once.</remarks>
internal sealed class Linear
{
    private const double NanosecondsPerElement = 0.05;

    private readonly LayerWeights _weights;

    /// <summary>Zeros where the layer has none.</summary>
    private readonly TrainableMatrix _bias;
    private readonly bool _hasBias;

    public Linear(int inputs, WeightInitializer initializer, ParameterKind kind, params IReadOnlyList<Part> parts)
    {
        int outputs = parts.Sum(part => part.Outputs);
        (_weights, _bias, _hasBias) = (new LayerWeights(outputs, inputs), new TrainableMatrix(1, outputs), parts.Any(part => part.HasBias));
        initializer.Fill(_weights.Weight);
        var parameters = new List<Parameter>();
        int row = 0;
        foreach (var part in parts)
        {
            var weight = new Parameter(part.Name + ".weight", kind, part.WeightShape ?? [part.Outputs, inputs], _weights.Weight, row * inputs) { Layer = _weights, Structure = part.Structure };
            _weights.WeightParts.Add(weight);
            parameters.Add(weight);
            if (part.HasBias)
                parameters.Add(new Parameter(part.Name + ".bias", ParameterKind.Bias, [part.Outputs], _bias, row) { Structure = part.Structure is { IsOfColumns: false } rows ? rows : null });
            row += part.Outputs;
        }

        Parameters = parameters;
    }

    /// <summary>Rows of W under a name of their own.</summary>
    public sealed record Part(string Name, int Outputs, IReadOnlyList<int>? WeightShape = null, StructurePart? Structure = null, bool HasBias = true);

    public IReadOnlyList<Parameter> Parameters { get; }

    public LayerWeights Weights => _weights;

    public int Outputs => _weights.Outputs;

    public int Inputs => _weights.Inputs;

    public Matrix Forward(Activations x, Pass pass)
    {
        Matrix y = pass.Arena.Take(Outputs, x.Values.Columns);
        Forward(x, y, pass);
        return y;
    }

    public void Forward(Activations x, Activations y, Pass pass) => Forward<Identity>(x, y, pass);

    /// <summary>Y = function(W · X + b).</summary>
    public void Forward<TFunction>(Activations x, Activations y, Pass pass)
        where TFunction : IUnaryFunction =>
        pass.FormOf(_weights).Multiply<TFunction>(x, _bias.Values.Memory, y, pass.Workers);

    /// <summary>dW += dY · Xᵀ, db += Σ dY over tokens.</summary>
    public void AddParameterGradients(Matrix x, Matrix dy, Pass pass)
    {
        pass.FormOf(_weights).AddWeightGradient(x, dy, pass.Workers);
        if (_hasBias)
            pass.Workers.For(dy.Rows, Workers.Grain(1, NanosecondsPerElement * dy.Columns), new AddSums(dy, _bias.Gradient));
    }

    /// <summary>dX = Wᵀ · dY.</summary>
    public Matrix InputGradient(Matrix dy, Pass pass)
    {
        Matrix dx = pass.Arena.Take(Inputs, dy.Columns);
        pass.FormOf(_weights).InputGradient(dy, dx, pass.Workers);
        return dx;
    }

    private readonly struct AddSums(Matrix rows, Matrix sums) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
                sums.Row(0)[row] += TensorPrimitives.Sum<float>(rows.Row(row));
        }
    }
}
