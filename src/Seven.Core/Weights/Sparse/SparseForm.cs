using System.Runtime.CompilerServices;
using Seven.Numerics;

namespace Seven.Weights.Sparse;

/// <summary>The kept weights alone, for scoring and for training.</summary>
/// <remarks>What only the backward pass needs, Wᵀ and the gradient, is made when it is first asked for.</remarks>
internal sealed class SparseForm(TrainableMatrix dense, SparseRows rows) : WeightForm, ITrainable
{
    private const int ReorderGrain = 1 << 14;

    private float[]? _gradient;
    private SparseRows? _transposed;
    private int[] _order = [];
    private bool _patternIsNew = true;
    private bool _valuesAreNew = true;

    /// <summary>W.</summary>
    public SparseRows Rows { get; private set; } = rows;

    /// <summary>The kept weights, in the pattern's order.</summary>
    public Span<float> Values => Rows.Values;

    public Span<float> Gradient => (_gradient ??= new float[Rows.Pattern.Kept]).AsSpan(0, Rows.Pattern.Kept);

    public bool Decays => true;

    /// <summary>The weights of a matrix that are not zero.</summary>
    public static SparseForm Of(TrainableMatrix dense) => new(dense, SparseRows.Of(dense.Values));

    /// <summary>The weights of a matrix that are kept.</summary>
    /// <param name="dense">The matrix.</param>
    /// <param name="masks">Masks of whole rows, one below the other, for all rows.</param>
    public static SparseForm Of(TrainableMatrix dense, IReadOnlyList<PruningMask> masks) => new(dense, SparseRows.Of(masks, dense.Values));

    public override void Multiply<TFunction>(Activations x, ReadOnlyMemory<float> bias, Activations y, Workers workers)
    {
        SparseProduct.Multiply(Rows, x.Values, bias, y.Values, workers);
        Elementwise.Apply<TFunction>(y.Values, workers);
    }

    public override void InputGradient(Matrix dy, Matrix dx, Workers workers) => SparseProduct.Multiply(Transposed(workers), dy, bias: default, dx, workers);

    /// <summary>dW += dY · Xᵀ where W is kept.</summary>
    public override void AddWeightGradient(Matrix x, Matrix dy, Workers workers) =>
        SparseProduct.AddOuter(Rows.Pattern, x, dy, _gradient ??= new float[Rows.Pattern.Kept], workers);

    /// <summary>The transpose, built from the current values.</summary>
    private SparseRows Transposed(Workers workers)
    {
        if (_patternIsNew)
            _transposed = Rows.Transposed(ref _order, _transposed);
        if (_valuesAreNew)
            workers.For(Rows.Pattern.Kept, ReorderGrain, new Reorder(Rows, _order, _transposed!));
        (_patternIsNew, _valuesAreNew) = (false, false);
        return _transposed!;
    }

    /// <summary>Keeps fewer weights than before, in the same memory, with the values of the dense matrix.</summary>
    public void Shrink(IReadOnlyList<PruningMask> kept)
    {
        Rows = SparseRows.Of(kept, dense.Values, Rows);
        (_patternIsNew, _valuesAreNew) = (true, true);
    }

    /// <summary>Takes the kept weights from the dense matrix.</summary>
    public void ReadWeights()
    {
        Rows.Pattern.Gather(dense.Values.Values, 0, Rows.Values);
        _valuesAreNew = true;
    }

    public override void WriteTo(Matrix dense) => Rows.Pattern.Scatter(Rows.Values, 0, dense.Values);

    /// <summary>Must be called when the optimizer has changed <see cref="Values"/>.</summary>
    public void ValuesChanged() => _valuesAreNew = true;

    /// <summary>Writes the gradient into the dense one, which is zero elsewhere.</summary>
    public void WriteGradient() => Rows.Pattern.Scatter(Gradient, 0, dense.Gradient.Values);

    private readonly struct Reorder(SparseRows rows, int[] order, SparseRows transposed) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int start, int end)
        {
            Span<float> from = rows.Values, to = transposed.Values;
            for (int k = start; k < end; k++)
                to[k] = from[order[k]];
        }
    }
}
