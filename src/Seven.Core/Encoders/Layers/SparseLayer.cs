using System.Runtime.CompilerServices;
using Seven.Numerics;
using Seven.Numerics.Sparse;

namespace Seven.Encoders.Layers;

/// <summary>A linear layer's weights as the kept ones alone, for scoring and for training.</summary>
/// <remarks>What only the backward pass needs, Wᵀ and the gradient, is made when it is first asked for.</remarks>
internal sealed class SparseLayer(Linear layer, SparseRows rows) : ITrainable
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

    public bool Decays => layer.Parameters[0].Decays;

    /// <summary>dW += dY · Xᵀ where W is kept.</summary>
    public void AddWeightGradient(Matrix x, Matrix dy, Workers workers) =>
        SparseProduct.AddOuter(Rows.Pattern, x, dy, _gradient ??= new float[Rows.Pattern.Kept], workers);

    /// <summary>Wᵀ, with the values of now.</summary>
    public SparseRows Transposed(Workers workers)
    {
        if (_patternIsNew)
            _transposed = Rows.Transposed(ref _order, _transposed);
        if (_valuesAreNew)
            workers.For(Rows.Pattern.Kept, ReorderGrain, new Reorder(Rows, _order, _transposed!));
        (_patternIsNew, _valuesAreNew) = (false, false);
        return _transposed!;
    }

    /// <summary>Keeps fewer weights than before, in the same memory, with the values of the dense matrix.</summary>
    public void Shrink(IReadOnlyList<KeptBits> kept)
    {
        Rows = SparseRows.Of(kept, layer.Weight.Values, Rows);
        (_patternIsNew, _valuesAreNew) = (true, true);
    }

    /// <summary>Takes the kept weights from the dense matrix.</summary>
    public void ReadWeights()
    {
        Rows.Pattern.Gather(layer.Weight.Values.Values, 0, Rows.Values);
        _valuesAreNew = true;
    }

    /// <summary>Writes the kept weights into the dense matrix.</summary>
    public void WriteWeights()
    {
        Rows.Pattern.Scatter(Rows.Values, 0, layer.Weight.Values.Values);
        _valuesAreNew = true;
    }

    /// <summary>Writes the gradient into the dense one, which is zero elsewhere.</summary>
    public void WriteGradient() => Rows.Pattern.Scatter(Gradient, 0, layer.Weight.Gradient.Values);

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
