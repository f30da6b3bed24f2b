using System.Runtime.CompilerServices;
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

    protected override bool IsDense => true;

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
            ByteWidth.Run(tile, new Job(quads + firstRow * _quadsPerRow, rows, _quadsPerRow, x, sums));
    }

    private readonly struct Job(int* quads, int rows, int quadsPerRow, byte* x, int* sums) : IByteJob
    {
        public void Run<TLanes, TBytes, TWeights, TSums>()
            where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
            where TBytes : struct
            where TWeights : struct
            where TSums : struct
        {
            int row = 0;
            for (; row + 2 <= rows; row += 2)
                TwoRows<TLanes, TBytes, TWeights, TSums>(quads + row * quadsPerRow, quads + (row + 1) * quadsPerRow, sums + row * TLanes.Tokens, sums + (row + 1) * TLanes.Tokens);
            if (row < rows)
            {
                int* last = quads + row * quadsPerRow, to = sums + row * TLanes.Tokens;
                TwoRows<TLanes, TBytes, TWeights, TSums>(last, last, to, to);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void TwoRows<TLanes, TBytes, TWeights, TSums>(int* first, int* second, int* firstSums, int* secondSums)
            where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
            where TBytes : struct
            where TWeights : struct
            where TSums : struct
        {
            int n = TLanes.Tokens;
            byte* columns = x;
            TSums a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            TSums c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
            for (int* end = first + quadsPerRow; first < end; first++, second++, columns += 4 * n)
            {
                TWeights v = TLanes.All(*first), w = TLanes.All(*second);
                TBytes quad = TLanes.Load(columns);
                a0 = TLanes.MultiplyAddLower(a0, quad, v); c0 = TLanes.MultiplyAddUpper(c0, quad, v);
                b0 = TLanes.MultiplyAddLower(b0, quad, w); d0 = TLanes.MultiplyAddUpper(d0, quad, w);
                quad = TLanes.Load(columns + n);
                a1 = TLanes.MultiplyAddLower(a1, quad, v); c1 = TLanes.MultiplyAddUpper(c1, quad, v);
                b1 = TLanes.MultiplyAddLower(b1, quad, w); d1 = TLanes.MultiplyAddUpper(d1, quad, w);
                quad = TLanes.Load(columns + 2 * n);
                a2 = TLanes.MultiplyAddLower(a2, quad, v); c2 = TLanes.MultiplyAddUpper(c2, quad, v);
                b2 = TLanes.MultiplyAddLower(b2, quad, w); d2 = TLanes.MultiplyAddUpper(d2, quad, w);
                quad = TLanes.Load(columns + 3 * n);
                a3 = TLanes.MultiplyAddLower(a3, quad, v); c3 = TLanes.MultiplyAddUpper(c3, quad, v);
                b3 = TLanes.MultiplyAddLower(b3, quad, w); d3 = TLanes.MultiplyAddUpper(d3, quad, w);
            }

            int quarter = n / 4;
            TLanes.Store(a0, c0, firstSums);
            TLanes.Store(a1, c1, firstSums + quarter);
            TLanes.Store(a2, c2, firstSums + 2 * quarter);
            TLanes.Store(a3, c3, firstSums + 3 * quarter);
            TLanes.Store(b0, d0, secondSums);
            TLanes.Store(b1, d1, secondSums + quarter);
            TLanes.Store(b2, d2, secondSums + 2 * quarter);
            TLanes.Store(b3, d3, secondSums + 3 * quarter);
        }
    }
}
