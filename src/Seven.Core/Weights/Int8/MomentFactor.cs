using System.Numerics.Tensors;
using Seven.Numerics;

namespace Seven.Weights.Int8;

/// <summary>The factor R of the second moments of some inputs, H = Rᵀ · R (Cholesky), R upper triangular. Inputs are in ascending order of their moments: those that matter most are rounded first,
/// while there are others to make up for them.</summary>
/// <remarks>H's diagonal is raised by a hundredth of its mean, as in GPTQ: the factor then exists also where there are fewer tokens than inputs.</remarks>
internal sealed class MomentFactor
{
    private const double Damping = 0.01;
    private const double Smallest = 1e-30;

    private readonly int[] _sorted;
    private readonly double[][] _rows;

    /// <param name="moments">The second moments of all inputs, [inputs × inputs].</param>
    /// <param name="columns">The inputs, in order.</param>
    public MomentFactor(Matrix moments, ReadOnlySpan<int> columns)
    {
        _sorted = columns.ToArray();
        Columns = columns.ToArray();
        Moments = new float[columns.Length];
        for (int i = 0; i < Moments.Length; i++)
            Moments[i] = moments.Row(columns[i])[columns[i]];
        Array.Sort(Moments, Columns);
        _rows = Damped(moments);
        Factorize();
    }

    public int Count => Columns.Length;

    /// <summary>The inputs in the order of the factor.</summary>
    public int[] Columns { get; }

    /// <summary>The diagonal of H, in that order.</summary>
    public float[] Moments { get; }

    /// <summary>Row i of R from its diagonal on, [count - i].</summary>
    public ReadOnlySpan<double> Row(int i) => _rows[i];

    /// <summary>Whether the factor is of these inputs.</summary>
    public bool IsOf(ReadOnlySpan<int> columns) => columns.SequenceEqual(_sorted);

    /// <summary>The upper triangle of H.</summary>
    private double[][] Damped(Matrix moments)
    {
        double damping = Count == 0 ? 0 : Math.Max(Damping * TensorPrimitives.Sum<float>(Moments) / Count, Smallest);
        var rows = new double[Count][];
        for (int i = 0; i < Count; i++)
        {
            var from = moments.Row(Columns[i]);
            var to = rows[i] = new double[Count - i];
            for (int j = 0; j < to.Length; j++)
                to[j] = from[Columns[i + j]];
            to[0] += damping;
        }

        return rows;
    }

    private void Factorize()
    {
        for (int i = 0; i < Count; i++)
        {
            var row = _rows[i].AsSpan();
            // Rounding can leave a pivot at or below zero where inputs are all but equal.
            TensorPrimitives.Divide(row, Math.Sqrt(Math.Max(row[0], Smallest)), row);
            for (int j = 1; j < row.Length; j++)
                if (row[j] != 0)
                    TensorPrimitives.MultiplyAdd(row[j..], -row[j], _rows[i + j], _rows[i + j]);
        }
    }
}
