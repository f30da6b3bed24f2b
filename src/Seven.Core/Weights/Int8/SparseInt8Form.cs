using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Seven.Numerics.Simd;

namespace Seven.Weights.Int8;

/// <summary>The kept weights alone as signed bytes: any four kept columns of a row are interleaved in registers, without gathers.</summary>
/// <param name="layer">A layer of at most <see cref="KeptInt8Form.LargestColumns"/> inputs.</param>
internal sealed unsafe class SparseInt8Form(LayerWeights layer) : KeptInt8Form(layer, rowsPerBlock: 1)
{
    private const int QuadsPerLine = Prefetch.LineBytes / sizeof(int);

    protected override void Multiply(int tile, byte* x, int firstRow, int rows, int* sums)
    {
        fixed (int* starts = Starts, quads = Quads)
        fixed (ushort* places = Places)
            ByteWidth.Run(tile, new Job(starts + firstRow, rows, places, quads, x, sums));
    }

    private readonly struct Job(int* starts, int rows, ushort* places, int* quads, byte* x, int* sums) : IByteJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLanes, TBytes, TWeights, TSums>()
            where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
            where TBytes : struct
            where TWeights : struct
            where TSums : struct
        {
            if (TLanes.HasPairs)
            {
                RunPairs();
                return;
            }

            // Read once: the compiler does not know that stores leave the fields as they are.
            var (startsOfRows, weights, columns, to) = ((nint)starts, (nint)quads, (nint)x, (nint)sums);
            nuint scale = (nuint)(TLanes.Tokens / PlacesPerColumn);
            int quad = ((int*)startsOfRows)[0];
            ushort* p = places + 4 * (nint)quad;
            for (int row = 1; row <= rows; row++)
            {
                int end = ((int*)startsOfRows)[row];
                for (int ahead = quad; ahead < end; ahead += QuadsPerLine)
                    PrefetchFrom((int*)weights + ahead, p + 4 * (ahead - quad));
                TSums s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
                for (; quad + 2 <= end && !TLanes.HasHalves; quad += 2, p += 8)
                {
                    // Two sets of sums hide the latency of the multiply-adds.
                    TLanes.Interleave(
                        TLanes.Load((byte*)columns + p[0] * scale), TLanes.Load((byte*)columns + p[1] * scale), TLanes.Load((byte*)columns + p[2] * scale), TLanes.Load((byte*)columns + p[3] * scale),
                        out TBytes q0, out TBytes q1, out TBytes q2, out TBytes q3);
                    TWeights w = TLanes.All(((int*)weights)[quad]);
                    s0 = TLanes.MultiplyAddLower(s0, q0, w); s1 = TLanes.MultiplyAddLower(s1, q1, w);
                    s2 = TLanes.MultiplyAddLower(s2, q2, w); s3 = TLanes.MultiplyAddLower(s3, q3, w);
                    TLanes.Interleave(
                        TLanes.Load((byte*)columns + p[4] * scale), TLanes.Load((byte*)columns + p[5] * scale), TLanes.Load((byte*)columns + p[6] * scale), TLanes.Load((byte*)columns + p[7] * scale),
                        out q0, out q1, out q2, out q3);
                    w = TLanes.All(((int*)weights)[quad + 1]);
                    t0 = TLanes.MultiplyAddLower(t0, q0, w); t1 = TLanes.MultiplyAddLower(t1, q1, w);
                    t2 = TLanes.MultiplyAddLower(t2, q2, w); t3 = TLanes.MultiplyAddLower(t3, q3, w);
                }

                for (; quad < end; quad++, p += 4)
                {
                    TLanes.Interleave(
                        TLanes.Load((byte*)columns + p[0] * scale), TLanes.Load((byte*)columns + p[1] * scale), TLanes.Load((byte*)columns + p[2] * scale), TLanes.Load((byte*)columns + p[3] * scale),
                        out TBytes q0, out TBytes q1, out TBytes q2, out TBytes q3);
                    TWeights w = TLanes.All(((int*)weights)[quad]);
                    s0 = TLanes.MultiplyAddLower(s0, q0, w); t0 = TLanes.MultiplyAddUpper(t0, q0, w);
                    s1 = TLanes.MultiplyAddLower(s1, q1, w); t1 = TLanes.MultiplyAddUpper(t1, q1, w);
                    s2 = TLanes.MultiplyAddLower(s2, q2, w); t2 = TLanes.MultiplyAddUpper(t2, q2, w);
                    s3 = TLanes.MultiplyAddLower(s3, q3, w); t3 = TLanes.MultiplyAddUpper(t3, q3, w);
                }

                TLanes.Store(s0, t0, (int*)to);
                TLanes.Store(s1, t1, (int*)to + TLanes.Tokens / 4);
                TLanes.Store(s2, t2, (int*)to + TLanes.Tokens / 2);
                TLanes.Store(s3, t3, (int*)to + 3 * TLanes.Tokens / 4);
                to += TLanes.Tokens * sizeof(int);
            }
        }

        /// <summary>Two quads at a time over a tile of 16 tokens.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunPairs()
        {
            var (startsOfRows, weights, columns, to) = ((nint)starts, (nint)quads, (nint)x, (nint)sums);
            int quad = ((int*)startsOfRows)[0];
            ushort* p = places + 4 * (nint)quad;
            for (int row = 1; row <= rows; row++)
            {
                int end = ((int*)startsOfRows)[row];
                for (int ahead = quad; ahead < end; ahead += QuadsPerLine)
                    PrefetchFrom((int*)weights + ahead, p + 4 * (ahead - quad));
                Vector256<int> s0 = default, s1 = default, s2 = default, s3 = default;
                for (; quad + 2 <= end; quad += 2, p += 8)
                    Add((byte*)columns, p, p + 4, BytePairs.Weights((int*)weights + quad), ref s0, ref s1, ref s2, ref s3);
                if (quad < end)
                {
                    Add((byte*)columns, p, p, BytePairs.Lower(((int*)weights)[quad]), ref s0, ref s1, ref s2, ref s3);
                    quad++;
                    p += 4;
                }

                BytePairs.Store(s0, (int*)to);
                BytePairs.Store(s1, (int*)to + 4);
                BytePairs.Store(s2, (int*)to + 8);
                BytePairs.Store(s3, (int*)to + 12);
                to += Bytes128.Tokens * sizeof(int);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add(
            byte* columns, ushort* p, ushort* q, Vector256<sbyte> weights, ref Vector256<int> s0, ref Vector256<int> s1, ref Vector256<int> s2, ref Vector256<int> s3)
        {
            nuint scale = (nuint)(Bytes128.Tokens / PlacesPerColumn);
            Bytes256.Interleave(
                BytePairs.Load(columns + p[0] * scale, columns + q[0] * scale), BytePairs.Load(columns + p[1] * scale, columns + q[1] * scale),
                BytePairs.Load(columns + p[2] * scale, columns + q[2] * scale), BytePairs.Load(columns + p[3] * scale, columns + q[3] * scale),
                out Vector256<byte> q0, out Vector256<byte> q1, out Vector256<byte> q2, out Vector256<byte> q3);
            s0 = Bytes256.MultiplyAddLower(s0, q0, weights);
            s1 = Bytes256.MultiplyAddLower(s1, q1, weights);
            s2 = Bytes256.MultiplyAddLower(s2, q2, weights);
            s3 = Bytes256.MultiplyAddLower(s3, q3, weights);
        }

        /// <summary>Asks for a line of weights some rows ahead, and for the two lines of their places.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void PrefetchFrom(int* weights, ushort* places)
        {
            Prefetch.Line(weights + Prefetch.Distance / sizeof(int));
            Prefetch.Line(places + Prefetch.Distance / sizeof(ushort));
            Prefetch.Line(places + 2 * QuadsPerLine + Prefetch.Distance / sizeof(ushort));
        }
    }
}
