using System.Numerics;
using System.Runtime.InteropServices;
using Seven.Formats.Safetensors;
using Seven.Weights;

namespace Seven.Formats.Compact;

/// <summary>A matrix [rows × columns] as its kept values, row by row, and one bit for each place. The layout is in CompactFormat.md.</summary>
internal sealed class BitmaskTensor
{
    private readonly int _rows;
    private readonly int _columns;
    private readonly byte[] _bitmask;
    private readonly long[] _rowOffsets;
    private readonly float[] _values;

    private BitmaskTensor(int rows, int columns, byte[] bitmask, long[] rowOffsets, float[] values) =>
        (_rows, _columns, _bitmask, _rowOffsets, _values) = (rows, columns, bitmask, rowOffsets, values);

    /// <summary>The kept weights of a matrix.</summary>
    public static BitmaskTensor Of(PruningMask mask, ReadOnlySpan<float> dense, int rows, int columns)
    {
        int stride = BytesPerRow(columns);
        var bitmask = new byte[checked(rows * stride)];
        var rowOffsets = new long[rows];
        var values = new float[mask.Kept];
        int next = 0;
        for (int row = 0; row < rows; row++)
        {
            rowOffsets[row] = next;
            for (int i = 0; i < stride; i++)
            {
                int first = row * columns + i * 8;
                byte bits = (byte)mask.BitsAt(first, Math.Min(8, columns - i * 8));
                bitmask[row * stride + i] = bits;
                for (uint left = bits; left != 0; left &= left - 1)
                    values[next++] = dense[first + BitOperations.TrailingZeroCount(left)];
            }
        }

        return new BitmaskTensor(rows, columns, bitmask, rowOffsets, values);
    }

    /// <summary>Bytes in a file.</summary>
    public long SizeWith(ValuePrecision precision) =>
        _values.Length * (precision == ValuePrecision.Float16 ? 2L : 4L) + _bitmask.Length + (_rows + 2L) * sizeof(long);

    /// <exception cref="InvalidOperationException">A value is too large for 16 bits.</exception>
    public IEnumerable<NamedTensor> ToFile(string module, ValuePrecision precision)
    {
        yield return NamedTensor.OfLongs(CompactWeights.ShapeOf(module), [_rows, _columns]);
        yield return precision == ValuePrecision.Float16
            ? NamedTensor.OfHalves(CompactWeights.ValuesOf(module), ToHalves(module))
            : NamedTensor.Of(CompactWeights.ValuesOf(module), [_values.Length], _values);
        yield return NamedTensor.OfBytes(CompactWeights.BitmaskOf(module), [_rows, BytesPerRow(_columns)], _bitmask);
        yield return NamedTensor.OfLongs(CompactWeights.RowOffsetsOf(module), _rowOffsets);
    }

    /// <summary>Reads and checks a matrix of the shape given.</summary>
    /// <exception cref="InvalidDataException">A part is missing, or the parts do not agree with each other or with the shape.</exception>
    public static BitmaskTensor Read(SafetensorsFile file, string module, IReadOnlyList<int> shape)
    {
        var (rows, columns) = shape.Count == 2 ? (shape[0], shape[1]) : throw file.Error($"'{module}' is compact; expected an array of [{string.Join(" × ", shape)}].");
        long[] found = file.ReadLongs(CompactWeights.ShapeOf(module), 2);
        if (found[0] != rows || found[1] != columns)
            throw file.Error($"tensor '{module}' has the compact shape [{found[0]} × {found[1]}]; expected [{rows} × {columns}].");
        var tensor = new BitmaskTensor(
            rows, columns,
            file.ReadBytes(CompactWeights.BitmaskOf(module), [rows, BytesPerRow(columns)]),
            file.ReadLongs(CompactWeights.RowOffsetsOf(module), rows),
            file.ReadVector(CompactWeights.ValuesOf(module)));
        tensor.Check(file, module);
        return tensor;
    }

    /// <summary>Writes all values, zeros included.</summary>
    /// <returns>The places of the values.</returns>
    public PruningMask Expand(Span<float> dense)
    {
        dense.Clear();
        var mask = PruningMask.None(_rows * _columns);
        int stride = BytesPerRow(_columns);
        int next = 0;
        for (int row = 0; row < _rows; row++)
            for (int i = 0; i < stride; i++)
                for (uint bits = _bitmask[row * stride + i]; bits != 0; bits &= bits - 1)
                {
                    int place = row * _columns + i * 8 + BitOperations.TrailingZeroCount(bits);
                    dense[place] = _values[next++];
                    mask[place] = true;
                }

        return mask;
    }

    private static int BytesPerRow(int columns) => (columns + 7) / 8;

    private void Check(SafetensorsFile file, string module)
    {
        int stride = BytesPerRow(_columns);
        byte padding = (byte)(_columns % 8 == 0 ? 0 : 0xFF << _columns % 8);
        long kept = 0;
        for (int row = 0; row < _rows; row++)
        {
            if (_rowOffsets[row] != kept)
                throw file.Error($"row {row} of tensor '{module}' begins at value {_rowOffsets[row]}; by its bitmask expected {kept}.");
            var bits = _bitmask.AsSpan(row * stride, stride);
            if (stride > 0 && (bits[^1] & padding) != 0)
                throw file.Error($"row {row} of tensor '{module}' has bits beyond its {_columns} columns; expected zeros there.");
            foreach (byte part in bits)
                kept += BitOperations.PopCount(part);
        }

        if (kept != _values.Length)
            throw file.Error($"tensor '{module}' has {_values.Length} values; its bitmask has {kept} bits.");
    }

    private byte[] ToHalves(string module)
    {
        var halves = new Half[_values.Length];
        for (int i = 0; i < halves.Length; i++)
        {
            halves[i] = (Half)_values[i];
            if (!Half.IsFinite(halves[i]))
                throw new InvalidOperationException($"{module} holds {_values[i]}, too large for float16; expected at most {Half.MaxValue} in size. Save it with float32 values.");
        }

        return MemoryMarshal.AsBytes(halves.AsSpan()).ToArray();
    }
}
