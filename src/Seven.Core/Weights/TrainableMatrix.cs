using Seven.Numerics;

namespace Seven.Weights;

/// <summary>A matrix of values that are trained, with its gradient: [rows × columns] each, without gaps.</summary>
/// <remarks>Memory is allocated at the first use: a model for inference has no gradients, and its sparse layers no dense matrix.</remarks>
internal sealed class TrainableMatrix
{
    private float[]? _values;
    private float[]? _gradient;
    private bool _valuesAreDropped;

    public TrainableMatrix(int rows, int columns)
    {
        _ = checked(rows * columns);
        (Rows, Columns) = (rows, columns);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The memory that values are taken from and returned to while a model is loaded for inference; <see langword="null"/> otherwise.</summary>
    public SpareMemory? Spare { private get; set; }

    /// <exception cref="InvalidOperationException">They were dropped.</exception>
    public Matrix Values => _valuesAreDropped
        ? throw new InvalidOperationException("The dense weights were dropped; expected work with the kept ones.")
        : Of(ref _values);

    public Matrix Gradient => Of(ref _gradient);

    /// <summary>Gives the gradient's memory back; it is zero if it is asked for again.</summary>
    public void DropGradient() => _gradient = null;

    /// <summary>Gives the values' memory back, where a sparse form has taken their place for good.</summary>
    public void DropValues()
    {
        if (_values is { } values)
            Spare?.Give(values);
        (_values, _valuesAreDropped) = (null, true);
    }

    /// <summary>Memory for the values again, all zeros.</summary>
    public void RestoreValues() => _valuesAreDropped = false;

    private Matrix Of(ref float[]? store)
    {
        var values = Volatile.Read(ref store);
        if (values is null)
        {
            float[] zeros = Spare?.Take(Rows * Columns) ?? GC.AllocateArray<float>(Rows * Columns, pinned: true);
            values = Interlocked.CompareExchange(ref store, zeros, null) ?? zeros;
        }

        return Matrix.Over(values, 0, Rows, Columns, Columns);
    }
}
