using Seven.Numerics;

namespace Seven.Weights;

/// <summary>All weights, zeros included.</summary>
internal sealed class DenseForm(TrainableMatrix weight) : WeightForm
{
    private const double NanosecondsPerElement = 0.05;

    public override void Multiply<TFunction>(Matrix x, ReadOnlyMemory<float> bias, Matrix y, Workers workers)
    {
        workers.For(y.Rows, Workers.Grain(1, NanosecondsPerElement * y.Columns), new FillRows(bias, y));
        Gemm.Product(weight.Values, x, y, accumulate: true, workers);
        Elementwise.Apply<TFunction>(y, workers);
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
