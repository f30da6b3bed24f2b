using System.Runtime.CompilerServices;
using Seven.Numerics;
using Seven.Numerics.Simd;

namespace Seven.Benchmarks.Kernels;

/// <summary>Multiply-adds of bytes a second of one thread, with all operands in registers.</summary>
internal sealed unsafe class BytePeak
{
    private const int Repetitions = 1 << 21;

    /// <summary>The rate of the machine's fastest tile.</summary>
    public double InRegisters { get; } = Math.Max(Best(tile: ByteWidth.TileOf(64)), Best(tile: ByteWidth.TileOf(32)));

    private static double Best(int tile)
    {
        double best = 0;
        for (int i = 0; i < 7; i++)
        {
            var buffer = new Arena().Take(1, 256);
            buffer.Clear();
            double seconds = Measurement.MedianSeconds(1, () => ByteWidth.Run(tile, new Job(buffer)));
            best = Math.Max(best, 8.0 * (tile == 64 && System.Runtime.Intrinsics.X86.AvxVnni.IsSupported ? 32 : tile) * Repetitions / seconds);
        }

        return best;
    }

    private readonly struct Job(Matrix buffer) : IByteJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLanes, TBytes, TWeights, TSums>()
            where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
            where TBytes : struct
            where TWeights : struct
            where TSums : struct
        {
            byte* x = (byte*)buffer.Address(0, 0);
            TBytes v = TLanes.Load(x);
            TWeights w = TLanes.All(*(int*)x);
            TSums a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
            for (int i = 0; i < Repetitions; i++)
            {
                // Each is a quad for a quarter of the tile: as many products as the tile has tokens.
                a = TLanes.MultiplyAddLower(a, v, w); b = TLanes.MultiplyAddLower(b, v, w); c = TLanes.MultiplyAddLower(c, v, w); d = TLanes.MultiplyAddLower(d, v, w);
                e = TLanes.MultiplyAddLower(e, v, w); f = TLanes.MultiplyAddLower(f, v, w); g = TLanes.MultiplyAddLower(g, v, w); h = TLanes.MultiplyAddLower(h, v, w);
            }

            int* to = (int*)x;
            foreach (TSums sums in new[] { a, b, c, d, e, f, g, h })
                TLanes.Store(sums, sums, to);
        }
    }
}
