using Seven.Numerics;

namespace Seven.Weights;

/// <summary>All weights, zeros included.</summary>
internal sealed class DenseForm(TrainableMatrix weight) : WeightForm
{
    private const double NanosecondsPerElement = 0.05;

    public override void Multiply<TFunction>(Activations x, ReadOnlyMemory<float> bias, Activations y, Workers workers)
    {
        Matrix result = y.Values;
        workers.For(result.Rows, Workers.Grain(1, NanosecondsPerElement * result.Columns), new FillRows(bias, result));
        Gemm.Product(weight.Values, x.Values, result, accumulate: true, workers);
        Elementwise.Apply<TFunction>(result, workers);
    }

    public override void InputGradient(Matrix dy, Matrix dx, Workers workers) => Gemm.TransposedProduct(weight.Values, dy, dx, accumulate: false, workers);

    public override void AddWeightGradient(Matrix x, Matrix dy, Workers workers) => Gemm.OuterProduct(dy, x, weight.Gradient, accumulate: true, workers);

    public override void WriteTo(Matrix dense) => weight.Values.CopyTo(dense);

    private readonly struct FillRows(ReadOnlyMemory<float> values, Matrix y) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
                y.Row(row).Fill(values.Span[row]);
        }
    }
}
