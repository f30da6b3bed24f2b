using System.Numerics.Tensors;
using Seven.Weights.Int8;

namespace Seven.Formats.Compact;

/// <summary>Values of 8 or 4 bits with one scale a row: value · scale of its row.</summary>
internal static class RoundedRows
{
    /// <summary>A nibble holds a value plus eight.</summary>
    private const int NibbleZero = 8;

    /// <summary>The largest size of a value.</summary>
    public static int LargestOf(ValuePrecision precision) => precision == ValuePrecision.Int4 ? 7 : 127;

    /// <summary>Rounds values.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="rowOffsets">The first of each row.</param>
    /// <param name="largest">The largest size of a rounded one.</param>
    /// <param name="scales">The scale of each row.</param>
    public static sbyte[] Of(ReadOnlySpan<float> values, ReadOnlySpan<long> rowOffsets, int largest, out float[] scales)
    {
        var rounded = new sbyte[values.Length];
        scales = new float[rowOffsets.Length];
        for (int row = 0; row < scales.Length; row++)
        {
            var range = RangeOf(row, rowOffsets, values.Length);
            scales[row] = RowScale.Of(values[range], largest);
            RowScale.Round(values[range], scales[row], largest, rounded.AsSpan(range));
        }

        return rounded;
    }

    /// <summary>Multiplies values by the scales of their rows.</summary>
    public static void Scale(Span<float> values, ReadOnlySpan<long> rowOffsets, ReadOnlySpan<float> scales)
    {
        for (int row = 0; row < scales.Length; row++)
        {
            var ofRow = values[RangeOf(row, rowOffsets, values.Length)];
            TensorPrimitives.Multiply(ofRow, scales[row], ofRow);
        }
    }

    public static float[] ToFloats(this sbyte[] values)
    {
        var floats = new float[values.Length];
        TensorPrimitives.ConvertTruncating<sbyte, float>(values, floats);
        return floats;
    }

    /// <summary>Two values from -8 to 7 in a byte, each plus eight, the first one in the lower four bits.</summary>
    public static byte[] ToNibbles(ReadOnlySpan<sbyte> values)
    {
        var bytes = new byte[(values.Length + 1) / 2];
        for (int i = 0; i < values.Length; i++)
            bytes[i / 2] |= (byte)(values[i] + NibbleZero << i % 2 * 4);
        return bytes;
    }

    public static sbyte[] FromNibbles(ReadOnlySpan<byte> bytes, int count)
    {
        var values = new sbyte[count];
        for (int i = 0; i < count; i++)
            values[i] = (sbyte)((bytes[i / 2] >> i % 2 * 4 & 0xF) - NibbleZero);
        return values;
    }

    private static Range RangeOf(int row, ReadOnlySpan<long> rowOffsets, int count) =>
        (int)rowOffsets[row]..(row + 1 < rowOffsets.Length ? (int)rowOffsets[row + 1] : count);
}
