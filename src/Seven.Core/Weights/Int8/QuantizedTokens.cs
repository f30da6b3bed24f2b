using System.Runtime.CompilerServices;
using Seven.Numerics;
using Seven.Numerics.Simd;

namespace Seven.Weights.Int8;

/// <summary>Activations X: [columns × tokens] as bytes, with a scale and a zero point for each token, tile by tile.</summary>
/// <remarks>
/// A token's bytes reach from its smallest value, or zero, to its largest: x = scale · (byte - zero point). With a scale for each token, the outliers of one
/// do not cost the others their precision. The memory is the calling thread's and is used again for its next layer.
/// </remarks>
internal sealed unsafe class QuantizedTokens
{
    private const double NanosecondsPerElement = 0.1;
    private const int LargestByte = 255;
    private const int LargestTile = 64;

    [ThreadStatic]
    private static QuantizedTokens? s_ofThisThread;

    private readonly Arena _arena = new();
    private Matrix _bytes;
    private Matrix _scales;
    private int _columns;
    private bool _isInterleaved;

    private QuantizedTokens()
    {
    }

    /// <summary>X as bytes, until this thread asks for others.</summary>
    /// <param name="x">X, whose rows are padded to whole vectors, with the ranges of its tokens if they are known.</param>
    /// <param name="interleaved">Whether four columns lie side by side, token by token, for layers that multiply each column by weights of every row.</param>
    /// <param name="layer">The layer whose input X is, for errors.</param>
    /// <param name="workers">The threads.</param>
    /// <exception cref="InvalidOperationException">X has values that are not finite.</exception>
    public static QuantizedTokens Of(Activations x, bool interleaved, string layer, Workers workers)
    {
        var tokens = s_ofThisThread ??= new QuantizedTokens();
        tokens.Allocate(x.Values, interleaved);
        workers.For(x.Values.Columns, Workers.Grain(LargestTile, NanosecondsPerElement * x.Values.Rows), new Tiles(tokens, x));
        foreach (float scale in tokens._scales.Row(0)[..x.Values.Columns])
            if (!float.IsFinite(scale))
                throw new InvalidOperationException($"The input of {layer} has values that are not finite; expected finite numbers.");
        return tokens;
    }

    /// <summary>The columns of the tile that begins at a token.</summary>
    public byte* Tile(int token) => (byte*)_bytes.Address(0, 0) + (nint)token * _columns;

    /// <summary>The scale of each token from the first on.</summary>
    public float* Scales(int token) => _scales.Address(0, token);

    /// <summary>What the scaled sum of a row's weights adds to each token's products: -scale · zero point, and what the lanes subtract from bytes.</summary>
    public float* Shifts(int token) => _scales.Address(1, token);

    private float* Factors(int token) => _scales.Address(2, token);

    private float* ZeroPoints(int token) => _scales.Address(3, token);

    private void Allocate(Matrix x, bool interleaved)
    {
        _isInterleaved = interleaved;
        _columns = (x.Rows + 3) / 4 * 4;
        int tokens = (x.Columns + LargestTile - 1) / LargestTile * LargestTile;
        _arena.Reset();
        _scales = _arena.Take(4, tokens);
        _bytes = _arena.Take(1, checked(tokens * _columns / sizeof(float)));
    }

    private readonly struct Tiles(QuantizedTokens tokens, Activations x) : IRangeJob
    {
        public void Run(int start, int end)
        {
            SimdWidth.Run(new Ranges(x, tokens, start, end));
            for (int token = start; token < end;)
            {
                int tile = ByteWidth.TileOf(end - token), count = Math.Min(tile, end - token);
                ByteWidth.Run(tile, new Bytes(x.Values, tokens, token, count));
                token += count;
            }
        }
    }

    /// <summary>Finds each token's scale and zero point.</summary>
    private readonly struct Ranges(Activations x, QuantizedTokens tokens, int start, int end) : ISimdJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            for (int token = start; token < end; token += TSimd.Count)
            {
                var (smallest, largest, notFinite) = x.Ranges is { Parts: > 0 } known ? Merged<TSimd, TVector>(known, token) : Found<TSimd, TVector>(token);
                TVector scale = TSimd.Multiply(TSimd.Subtract(largest, smallest), TSimd.All(1f / LargestByte));
                // A token of zeros alone has a scale of one.
                scale = TSimd.SelectGreater(scale, default, scale, TSimd.All(1f));
                TVector inverse = TSimd.Divide(TSimd.All(1f), scale);
                TVector zeroPoint = TSimd.Round(TSimd.Multiply(TSimd.Subtract(default, smallest), inverse));
                TSimd.Store(TSimd.Add(scale, notFinite), tokens.Scales(token));
                TSimd.Store(TSimd.Multiply(TSimd.Subtract(TSimd.All(ByteWidth.Offset), zeroPoint), scale), tokens.Shifts(token));
                TSimd.Store(inverse, tokens.Factors(token));
                TSimd.Store(zeroPoint, tokens.ZeroPoints(token));
            }
        }

        private static (TVector Smallest, TVector Largest, TVector NotFinite) Merged<TSimd, TVector>(TokenRanges ranges, int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector smallest = default, largest = default, notFinite = default;
            for (int part = 0; part < ranges.Parts; part++)
            {
                smallest = TSimd.Min(smallest, TSimd.Load(ranges.Smallest(part, token)));
                largest = TSimd.Max(largest, TSimd.Load(ranges.Largest(part, token)));
                notFinite = TSimd.Add(notFinite, TSimd.Load(ranges.NotFinite(part, token)));
            }

            return (smallest, largest, notFinite);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private (TVector Smallest, TVector Largest, TVector NotFinite) Found<TSimd, TVector>(int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector smallest = default, largest = default, notFinite = default;
            float* values = x.Values.Address(0, token);
            int rows = x.Values.Rows;
            nint stride = x.Values.Stride;
            for (int row = 0; row < rows; row++, values += stride)
            {
                TVector value = TSimd.Load(values);
                smallest = TSimd.Min(smallest, value);
                largest = TSimd.Max(largest, value);
                notFinite = TSimd.MultiplyAdd(value, default, notFinite);
            }

            return (smallest, largest, notFinite);
        }
    }

    /// <summary>Rounds a tile. Columns beyond the last row are zeros; what lies beyond the last token means nothing.</summary>
    private readonly struct Bytes(Matrix x, QuantizedTokens tokens, int first, int count) : IByteJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLanes, TBytes, TWeights, TSums>()
            where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
            where TBytes : struct
            where TWeights : struct
            where TSums : struct
        {
            byte* to = tokens.Tile(first);
            float* factors = tokens.Factors(first), zeroPoints = tokens.ZeroPoints(first), aside = stackalloc float[4 * LargestTile];
            new Span<float>(aside, 4 * LargestTile).Clear();
            // Rows are padded to whole vectors.
            bool isReadable = (count + ByteWidth.SmallestTile - 1) / ByteWidth.SmallestTile * ByteWidth.SmallestTile == TLanes.Tokens;
            for (int row = 0; row < tokens._columns; row += 4, to += 4 * TLanes.Tokens)
            {
                bool isWhole = isReadable && row + 4 <= x.Rows;
                float* from = isWhole ? x.Address(row, first) : aside;
                nint stride = isWhole ? x.Stride : LargestTile;
                for (int i = 0; i < 4 && !isWhole; i++)
                {
                    var copy = new Span<float>(aside + i * LargestTile, count);
                    if (row + i < x.Rows)
                        x.Row(row + i).Slice(first, count).CopyTo(copy);
                    else
                        copy.Clear();
                }

                TBytes x0 = TLanes.Quantize(from, factors, zeroPoints), x1 = TLanes.Quantize(from + stride, factors, zeroPoints);
                TBytes x2 = TLanes.Quantize(from + 2 * stride, factors, zeroPoints), x3 = TLanes.Quantize(from + 3 * stride, factors, zeroPoints);
                if (tokens._isInterleaved)
                    TLanes.Interleave(x0, x1, x2, x3, out x0, out x1, out x2, out x3);
                TLanes.Store(x0, to);
                TLanes.Store(x1, to + TLanes.Tokens);
                TLanes.Store(x2, to + 2 * TLanes.Tokens);
                TLanes.Store(x3, to + 3 * TLanes.Tokens);
            }
        }
    }
}
