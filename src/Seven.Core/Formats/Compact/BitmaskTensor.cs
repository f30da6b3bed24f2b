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
    /// <param name="mask">Which are kept.</param>
    /// <param name="dense">[rows × columns].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
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
    public long SizeWith(ValuePrecision precision) => _bitmask.Length + 2L * sizeof(long) + precision switch
    {
        ValuePrecision.Float16 => 2L * _values.Length + _rows * (long)sizeof(long),
        ValuePrecision.Int8 => _values.Length + _rows * (long)(sizeof(long) + sizeof(float)),
        ValuePrecision.Int4 => (_values.Length + 1L) / 2 + _rows * (long)sizeof(float),
        _ => 4L * _values.Length + _rows * (long)sizeof(long),
    };

    /// <exception cref="InvalidOperationException">A value is too large for 16 bits.</exception>
    public IEnumerable<NamedTensor> ToFile(string module, ValuePrecision precision)
    {
        yield return NamedTensor.OfLongs(CompactWeights.ShapeOf(module), [_rows, _columns]);
        if (precision is ValuePrecision.Int8 or ValuePrecision.Int4)
        {
            sbyte[] values = RoundedRows.Of(_values, _rowOffsets, RoundedRows.LargestOf(precision), out float[] scales);
            yield return precision == ValuePrecision.Int8
                ? NamedTensor.OfSignedBytes(CompactWeights.ValuesOf(module), [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray())
                : NamedTensor.Of(CompactWeights.ValuesOf(module), RoundedRows.ToNibbles(values));
            yield return NamedTensor.Of(CompactWeights.ScaleOf(module), [_rows, 1], scales);
        }
        else
        {
            yield return precision == ValuePrecision.Float16
                ? NamedTensor.OfHalves(CompactWeights.ValuesOf(module), ToHalves(module))
                : NamedTensor.Of(CompactWeights.ValuesOf(module), [_values.Length], _values);
        }

        yield return NamedTensor.OfBytes(CompactWeights.BitmaskOf(module), [_rows, BytesPerRow(_columns)], _bitmask);
        if (precision != ValuePrecision.Int4)
            yield return NamedTensor.OfLongs(CompactWeights.RowOffsetsOf(module), _rowOffsets);
    }

    /// <summary>Whether a file holds the values of a matrix in 8 or 4 bits.</summary>
    public static bool IsRounded(SafetensorsFile file, string module) => file.Header.Tensors[CompactWeights.ValuesOf(module)].Type is "I8" or "U8";

    /// <summary>Reads and checks a matrix of the shape given.</summary>
    /// <exception cref="InvalidDataException">A part is missing, or the parts do not agree with each other or with the shape.</exception>
    public static BitmaskTensor Read(SafetensorsFile file, string module, IReadOnlyList<int> shape)
    {
        var (rows, columns) = shape.Count == 2 ? (shape[0], shape[1]) : throw file.Error($"'{module}' is compact; expected an array of [{string.Join(" × ", shape)}].");
        long[] found = file.ReadLongs(CompactWeights.ShapeOf(module), 2);
        if (found[0] != rows || found[1] != columns)
            throw file.Error($"tensor '{module}' has the compact shape [{found[0]} × {found[1]}]; expected [{rows} × {columns}].");
        byte[] bitmask = file.ReadBytes(CompactWeights.BitmaskOf(module), [rows, BytesPerRow(columns)]);
        string type = file.Header.Tensors[CompactWeights.ValuesOf(module)].Type;
        long[] rowOffsets = RowOffsets(bitmask, rows, out int kept);
        // Files of 4 bits have no offsets: the bitmask says them.
        long[] offsetsInFile = type == "U8" ? rowOffsets : file.ReadLongs(CompactWeights.RowOffsetsOf(module), rows);
        CheckBits(file, module, bitmask, columns, rowOffsets, offsetsInFile);
        float[] values = type switch
        {
            "I8" => file.ReadSignedBytes(CompactWeights.ValuesOf(module)).ToFloats(),
            "U8" => RoundedRows.FromNibbles(file.ReadBytes(CompactWeights.ValuesOf(module), (kept + 1L) / 2), kept).ToFloats(),
            _ => file.ReadVector(CompactWeights.ValuesOf(module)),
        };
        if (kept != values.Length)
            throw file.Error($"tensor '{module}' has {values.Length} values; its bitmask has {kept} bits.");
        if (type is "I8" or "U8")
            RoundedRows.Scale(values, rowOffsets, QuantizedTensor.ReadScales(file, CompactWeights.ScaleOf(module), rows));
        return new BitmaskTensor(rows, columns, bitmask, rowOffsets, values);
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

    /// <summary>The number of bits before each row, and in all.</summary>
    private static long[] RowOffsets(byte[] bitmask, int rows, out int kept)
    {
        int stride = rows == 0 ? 0 : bitmask.Length / rows;
        var offsets = new long[rows];
        kept = 0;
        for (int row = 0; row < rows; row++)
        {
            offsets[row] = kept;
            foreach (byte part in bitmask.AsSpan(row * stride, stride))
                kept += BitOperations.PopCount(part);
        }

        return offsets;
    }

    private static void CheckBits(SafetensorsFile file, string module, byte[] bitmask, int columns, long[] expected, long[] found)
    {
        int stride = BytesPerRow(columns);
        byte padding = (byte)(columns % 8 == 0 ? 0 : 0xFF << columns % 8);
        for (int row = 0; row < expected.Length; row++)
        {
            if (found[row] != expected[row])
                throw file.Error($"row {row} of tensor '{module}' begins at value {found[row]}; by its bitmask expected {expected[row]}.");
            if (stride > 0 && (bitmask[(row + 1) * stride - 1] & padding) != 0)
                throw file.Error($"row {row} of tensor '{module}' has bits beyond its {columns} columns; expected zeros there.");
        }
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
