using System.Numerics.Tensors;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>Y = W · X + b, with W: [outputs × inputs], X: [inputs × tokens], Y: [outputs × tokens].</summary>
/// <remarks>Several named parameters may share one W, one below the other: query, key and value are computed at once.</remarks>
internal sealed class Linear
{
    private const double NanosecondsPerElement = 0.05;

    private readonly TrainableMatrix _weight;
    private readonly TrainableMatrix _bias;

    public Linear(int inputs, WeightInitializer initializer, ParameterKind kind, params IReadOnlyList<Part> parts)
    {
        int outputs = parts.Sum(part => part.Outputs);
        (_weight, _bias) = (new TrainableMatrix(outputs, inputs), new TrainableMatrix(1, outputs));
        Form = Dense = new DenseForm(_weight);
        initializer.Fill(_weight.Values.Values);

        var parameters = new List<Parameter>();
        int row = 0;
        foreach (var part in parts)
        {
            parameters.Add(new Parameter(part.Name + ".weight", kind, part.WeightShape ?? [part.Outputs, inputs], _weight, row * inputs) { Layer = this });
            parameters.Add(new Parameter(part.Name + ".bias", ParameterKind.Bias, [part.Outputs], _bias, row));
            row += part.Outputs;
        }

        Parameters = parameters;
    }

    /// <summary>Rows of W under a name of their own.</summary>
    public sealed record Part(string Name, int Outputs, IReadOnlyList<int>? WeightShape = null);

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The parameters that W consists of, from its first row on.</summary>
    public IEnumerable<Parameter> WeightParts => Parameters.Where(parameter => parameter.Layer == this);

    public int Outputs => _weight.Rows;

    public int Inputs => _weight.Columns;

    /// <summary>W and its gradient.</summary>
    public TrainableMatrix Weight => _weight;

    /// <summary>Share of zeros in W.</summary>
    public double Sparsity() => _weight.Values.Values.Count(0f) / ((double)Outputs * Inputs);

    /// <summary>The form in which W is multiplied. At first dense.</summary>
    public WeightForm Form { get; set; }

    /// <summary>W with all its zeros, whatever the form.</summary>
    public DenseForm Dense { get; }

    public Matrix Forward(Matrix x, Pass pass)
    {
        Matrix y = pass.Arena.Take(Outputs, x.Columns);
        Forward(x, y, pass);
        return y;
    }

    public void Forward(Matrix x, Matrix y, Pass pass) => pass.FormOf(this).Multiply(x, _bias.Values.Memory, y, pass.Workers);

    /// <summary>dW += dY · Xᵀ, db += Σ dY over tokens.</summary>
    public void AddParameterGradients(Matrix x, Matrix dy, Pass pass)
    {
        pass.FormOf(this).AddWeightGradient(x, dy, pass.Workers);
        pass.Workers.For(dy.Rows, Workers.Grain(1, NanosecondsPerElement * dy.Columns), new AddSums(dy, _bias.Gradient));
    }

    /// <summary>dX = Wᵀ · dY.</summary>
    public Matrix InputGradient(Matrix dy, Pass pass)
    {
        Matrix dx = pass.Arena.Take(Inputs, dy.Columns);
        pass.FormOf(this).InputGradient(dy, dx, pass.Workers);
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
