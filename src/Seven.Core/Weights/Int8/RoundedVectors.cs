using System.Numerics.Tensors;
using Seven.Numerics;

namespace Seven.Weights.Int8;

/// <summary>Vectors as signed bytes with a scale for each, [entries × features].</summary>
internal sealed class RoundedVectors
{
    private const int FeaturesAtOnce = 256;
    private const int Largest = sbyte.MaxValue;

    private readonly sbyte[] _values;
    private readonly float[] _scales;
    private readonly int _features;

    /// <param name="values">[entries × features].</param>
    /// <param name="scales">[entries].</param>
    public RoundedVectors(sbyte[] values, float[] scales)
    {
        (_values, _scales) = (values, scales);
        _features = scales.Length == 0 ? 0 : values.Length / scales.Length;
    }

    /// <summary>The rows of a matrix, each with the smallest scale with which no value is beyond a byte, or that of the file that it was read from.</summary>
    public static RoundedVectors Of(Matrix vectors)
    {
        var (values, scales) = (new sbyte[vectors.Rows * vectors.Columns], new float[vectors.Rows]);
        for (int row = 0; row < scales.Length; row++)
        {
            scales[row] = RowScale.Of(vectors.Row(row), Largest);
            RowScale.Round(vectors.Row(row), scales[row], Largest, values.AsSpan(row * vectors.Columns, vectors.Columns));
        }

        return new RoundedVectors(values, scales);
    }

    /// <summary>x += an entry's scale · its bytes.</summary>
    public void AddTo(int entry, Span<float> x)
    {
        Span<float> floats = stackalloc float[FeaturesAtOnce];
        var vector = _values.AsSpan(entry * _features, _features);
        for (int first = 0; first < _features; first += FeaturesAtOnce)
        {
            var part = floats[..Math.Min(FeaturesAtOnce, _features - first)];
            TensorPrimitives.ConvertTruncating<sbyte, float>(vector.Slice(first, part.Length), part);
            var sum = x.Slice(first, part.Length);
            TensorPrimitives.MultiplyAdd(part, _scales[entry], sum, sum);
        }
    }

    /// <summary>Writes all vectors as floats.</summary>
    public void WriteTo(Matrix dense)
    {
        dense.Clear();
        for (int entry = 0; entry < _scales.Length; entry++)
            AddTo(entry, dense.Row(entry));
    }
}
