using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>Layer normalization with its learned scale and shift.</summary>
internal sealed class LayerNormalization
{
    private readonly Parameter _gamma;

    /// <summary>The shift; zeros, and no parameter of the model, where there is none.</summary>
    private readonly Parameter _beta;
    private readonly bool _hasShift;
    private readonly float _epsilon;

    public LayerNormalization(string name, int features, double epsilon, bool hasShift = true)
    {
        _gamma = new Parameter(name + ".weight", ParameterKind.Normalization, [features], new TrainableMatrix(1, features));
        _beta = new Parameter(name + ".bias", ParameterKind.Normalization, [features], new TrainableMatrix(1, features));
        _gamma.Values.Fill(1);
        (_epsilon, _hasShift) = ((float)epsilon, hasShift);
    }

    public IReadOnlyList<Parameter> Parameters => _hasShift ? [_gamma, _beta] : [_gamma];

    /// <summary>x: [features × tokens]. The gradient's function takes and returns matrices of that shape.</summary>
    public (Matrix Output, Backward Backward) Forward(Matrix x, Pass pass)
    {
        Matrix y = pass.Arena.Take(x.Rows, x.Columns);
        Matrix statistics = pass.Arena.Take(2, x.Columns);
        LayerNorm.Forward(x, _gamma.ValuesMemory, _beta.ValuesMemory, _epsilon, y, statistics, pass.Workers);
        return (y, dy =>
        {
            LayerNorm.ParameterGradients(x, statistics, dy, _gamma.GradientMemory, _beta.GradientMemory, pass.Workers);
            Matrix dx = pass.Arena.Take(x.Rows, x.Columns);
            LayerNorm.InputGradient(x, _gamma.ValuesMemory, statistics, dy, dx, pass.Workers);
            return dx;
        }
        );
    }

    /// <summary>y = norm(x), or norm(x + residual), with x, y: [features × tokens], which may be one.</summary>
    public void Score(Matrix x, Activations y, Pass pass, Matrix? residual = null)
    {
        var mark = pass.Arena.Mark();
        LayerNorm.Forward(x, _gamma.ValuesMemory, _beta.ValuesMemory, _epsilon, y, pass.Arena.Take(2, x.Columns), pass.Workers, residual);
        pass.Arena.Release(mark);
    }
}
