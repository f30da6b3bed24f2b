using Seven.Numerics;

namespace Seven.Weights.Int8;

/// <summary>Multiplies by another form, and adds up the second moments of the inputs, H = Σ x · xᵀ over all tokens.</summary>
internal sealed class ObservedForm(WeightForm form, int inputs) : WeightForm
{
    private readonly Lock _lock = new();

    /// <summary>The form that multiplies.</summary>
    public WeightForm Form => form;

    /// <summary>H: [inputs × inputs].</summary>
    public Matrix Moments { get; } = Matrix.Zeros(inputs, inputs);

    public override void Multiply<TFunction>(Activations x, ReadOnlyMemory<float> bias, Activations y, Workers workers)
    {
        lock (_lock)
            Gemm.OuterProduct(x.Values, x.Values, Moments, accumulate: true, workers);
        form.Multiply<TFunction>(x, bias, y, workers);
    }

    public override void InputGradient(Matrix dy, Matrix dx, Workers workers) => form.InputGradient(dy, dx, workers);

    public override void AddWeightGradient(Matrix x, Matrix dy, Workers workers) => form.AddWeightGradient(x, dy, workers);

    public override void WriteTo(Matrix dense) => form.WriteTo(dense);
}
