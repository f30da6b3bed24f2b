using Seven.Numerics;

namespace Seven.Encoders;

/// <summary>A matrix of values that are trained, with its gradient: [rows × columns] each, without gaps.</summary>
/// <remarks>Who only scores has no gradient: it is made when it is first asked for.</remarks>
internal sealed class TrainableMatrix(int rows, int columns)
{
    private readonly Lock _lock = new();
    private Matrix _values = Matrix.Zeros(rows, columns);
    private Matrix? _gradient;

    public int Rows => rows;

    public int Columns => columns;

    /// <exception cref="InvalidOperationException">They were dropped.</exception>
    public Matrix Values => _values.Rows == rows ? _values : throw new InvalidOperationException("The dense weights were dropped; expected work with the kept ones.");

    public Matrix Gradient
    {
        get
        {
            lock (_lock)
                return _gradient ??= Matrix.Zeros(rows, columns);
        }
    }

    /// <summary>Gives the gradient's memory back; it is zero if it is asked for again.</summary>
    public void DropGradient()
    {
        lock (_lock)
            _gradient = null;
    }

    /// <summary>Gives the values' memory back, where a sparse form has taken their place for good.</summary>
    public void DropValues() => _values = default;
}
