using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Seven.Formats.Safetensors;

namespace Seven.Formats.Compact;

/// <summary>A matrix [rows × columns] of int8 values with one float scale a row: compressed-tensors' <c>int-quantized</c> layout with symmetric 8-bit
/// weights and the strategy <c>channel</c>. The layout is in CompactFormat.md.</summary>
internal static class QuantizedTensor
{
    private const string Int8 = "I8";

    public static string ScaleOf(string name) => name + "_scale";

    /// <summary>Whether a file holds an array of that name as int8 values.</summary>
    public static bool IsIn(SafetensorsFile file, string name) => file.Header.Tensors.TryGetValue(name, out var entry) && entry.Type == Int8;

    /// <summary>Reads a matrix as floats: each value times the scale of its row.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The matrix's name, such as <c>bert.pooler.dense.weight</c>.</param>
    /// <param name="shape">[rows × columns].</param>
    /// <param name="values">[rows × columns], row by row.</param>
    /// <exception cref="InvalidDataException">The matrix has another shape, its scales are missing or not positive, or it has zero points.</exception>
    public static void Read(SafetensorsFile file, string name, IReadOnlyList<int> shape, Span<float> values)
    {
        var (rounded, scales) = Read(file, name, shape);
        TensorPrimitives.ConvertTruncating<sbyte, float>(rounded, values);
        RoundedRows.Scale(values, StartsOf(shape[0], shape[1]), scales);
    }

    /// <summary>Reads a matrix as it is.</summary>
    /// <inheritdoc cref="Read(SafetensorsFile, string, IReadOnlyList{int}, Span{float})"/>
    public static (sbyte[] Values, float[] Scales) Read(SafetensorsFile file, string name, IReadOnlyList<int> shape)
    {
        if (shape is not [var rows, _])
            throw file.Error($"tensor '{name}' is int8; expected int8 values in matrices alone, and here an array of [{string.Join(" × ", shape)}].");
        if (file.Header.Tensors.ContainsKey(name + "_zero_point"))
            throw file.Error($"tensor '{name}' is quantized with zero points; expected symmetric values, with a scale alone.");
        float[] scales = ReadScales(file, ScaleOf(name), rows);
        return (file.ReadSignedBytes(name, shape), scales);
    }

    /// <summary>Reads the scale of each row.</summary>
    /// <exception cref="InvalidDataException">They are missing, or one is not positive.</exception>
    public static float[] ReadScales(SafetensorsFile file, string name, int rows)
    {
        if (!file.Header.Tensors.ContainsKey(name))
            throw file.Error($"it holds rounded values and there is no '{name}'; expected a scale for each of its {rows} rows.");
        var scales = new float[rows];
        file.Read(name, [rows, 1], scales);
        for (int row = 0; row < rows; row++)
            if (!(scales[row] > 0))
                throw file.Error($"tensor '{name}' holds {scales[row]} for row {row}; expected a positive scale.");
        return scales;
    }

    /// <summary>A whole matrix in 8 bits.</summary>
    public static IEnumerable<NamedTensor> ToFile(string name, ReadOnlyMemory<float> values, int rows, int columns)
    {
        sbyte[] rounded = RoundedRows.Of(values.Span, StartsOf(rows, columns), RoundedRows.LargestOf(ValuePrecision.Int8), out float[] scales);
        yield return NamedTensor.OfSignedBytes(name, [rows, columns], MemoryMarshal.AsBytes(rounded.AsSpan()).ToArray());
        yield return NamedTensor.Of(ScaleOf(name), [rows, 1], scales);
    }

    private static long[] StartsOf(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(row => (long)row * columns)];
}
