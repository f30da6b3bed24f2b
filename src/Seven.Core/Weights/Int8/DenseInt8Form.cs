using System.Runtime.InteropServices;
using Seven.Numerics.Simd;

namespace Seven.Weights.Int8;

/// <summary>All weights as signed bytes, for layers that are not sparse enough. Activations are interleaved once for all rows.</summary>
internal sealed unsafe class DenseInt8Form : Int8Form
{
    private readonly int _quadsPerRow;
    private readonly int[] _quads;

    private DenseInt8Form(string name, int[] rows, float[] scales, float[] sums, int[] quads)
        : base(name, rows, scales, sums) => (_quadsPerRow, _quads) = (quads.Length / rows.Length, quads);

    protected override bool IsInterleaved => true;

    /// <summary>A multiple of the four and of the six rows that are multiplied together.</summary>
    protected override int RowsAtOnce => 24;

    protected override long Products => 4L * _quads.Length;

    protected override long Bytes => sizeof(int) * (long)_quads.Length;

    /// <summary>All weights of a layer.</summary>
    public static DenseInt8Form Of(LayerWeights layer)
    {
        int quadsPerRow = QuadsOf(layer.Inputs);
        var (scales, sums, quads) = (new float[layer.Outputs], new float[layer.Outputs], new int[layer.Outputs * quadsPerRow]);
        for (int row = 0; row < layer.Outputs; row++)
            (scales[row], sums[row]) = Round(layer.Weight.Values.Row(row), MemoryMarshal.Cast<int, sbyte>(quads.AsSpan(row * quadsPerRow, quadsPerRow)));
        return new DenseInt8Form(layer.Name, [.. Enumerable.Range(0, layer.Outputs)], scales, sums, quads);
    }

    /// <summary>Pairs of rows are multiplied at once.</summary>
    protected override int FirstRowOf(int part, int parts)
    {
        int rows = _quads.Length / _quadsPerRow;
        return part == parts ? rows : (int)((long)rows * part / parts) / 2 * 2;
    }

    protected override void WriteRow(int row, float scale, Span<float> dense)
    {
        var weights = MemoryMarshal.Cast<int, sbyte>(_quads.AsSpan(row * _quadsPerRow, _quadsPerRow));
        for (int column = 0; column < dense.Length; column++)
            dense[column] = scale * weights[column];
    }

    protected override void Multiply(int tile, byte* x, int firstRow, int rows, int* sums)
    {
        fixed (int* quads = _quads)
            ByteWidth.Run(tile, new QuadRows(quads + firstRow * _quadsPerRow, rows, _quadsPerRow, x, sums));
    }
}
