using System.Numerics.Tensors;
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
        if (shape is not [var rows, var columns])
            throw file.Error($"tensor '{name}' is int8; expected int8 values in matrices alone, and here an array of [{string.Join(" × ", shape)}].");
        if (file.Header.Tensors.ContainsKey(name + "_zero_point"))
            throw file.Error($"tensor '{name}' is quantized with zero points; expected symmetric values, with a scale alone.");
        string scaleName = ScaleOf(name);
        if (!file.Header.Tensors.ContainsKey(scaleName))
            throw file.Error($"tensor '{name}' is int8 and there is no '{scaleName}'; expected a scale for each of its {rows} rows.");

        var scales = new float[rows];
        file.Read(scaleName, [rows, 1], scales);
        sbyte[] quantized = file.ReadSignedBytes(name, shape);
        for (int row = 0; row < rows; row++)
        {
            if (!(scales[row] > 0))
                throw file.Error($"tensor '{scaleName}' holds {scales[row]} for row {row}; expected a positive scale.");
            var dense = values.Slice(row * columns, columns);
            TensorPrimitives.ConvertTruncating<sbyte, float>(quantized.AsSpan(row * columns, columns), dense);
            TensorPrimitives.Multiply(dense, scales[row], dense);
        }
    }
}
