using System.Runtime.CompilerServices;
using Seven.Numerics;
using Seven.Numerics.Simd;

namespace Seven.Weights.Int8;

/// <summary>Weights as signed bytes with a scale for each row, multiplied by activations as bytes with a scale for each token. For scoring alone.</summary>
/// <remarks>
/// With w = scale of the row · a signed byte and x = scale of the token · (a byte - zero point), Y = Σ w · x + b comes from the whole sum of the bytes' products and
/// the sum of the row's weights. Integers are added up without rounding, so every machine whose weights have eight bits gives the same result, and so does every number of threads.
/// </remarks>
internal abstract class Int8Form : WeightForm
{
    private const int LargestTile = 64;
    private const int BytesPerChunk = 1 << 17;

    private readonly string _name;

    /// <summary>The place of each row of W in the order in which they are multiplied.</summary>
    private readonly int[] _rows;
    private readonly float[] _scales;
    private readonly float[] _sums;

    /// <param name="name">The layer's name, for errors.</param>
    /// <param name="rows">The rows of W in the order in which they are multiplied.</param>
    /// <param name="scales">Of each of them, in that order, its scale.</param>
    /// <param name="sums">Of each of them the sum of its weights.</param>
    protected Int8Form(string name, int[] rows, float[] scales, float[] sums) => (_name, _rows, _scales, _sums) = (name, rows, scales, sums);

    /// <summary>Whether the activations are interleaved once for all rows.</summary>
    protected abstract bool IsInterleaved { get; }

    /// <summary>Rows that are multiplied before they are scaled: few, so that their sums stay in the first-level cache.</summary>
    protected virtual int RowsAtOnce => 16;

    /// <summary>Products of weights by one token.</summary>
    protected abstract long Products { get; }

    /// <summary>Memory that is read for a tile of tokens.</summary>
    protected abstract long Bytes { get; }

    /// <remarks>GELU is approximated: the next layer rounds its results to bytes.</remarks>
    public sealed override void Multiply<TFunction>(Activations x, ReadOnlyMemory<float> bias, Activations y, Workers workers)
    {
        if (typeof(TFunction) == typeof(Gelu))
        {
            Multiply<ApproximateGelu>(x, bias, y, workers);
            return;
        }

        var tokens = QuantizedTokens.Of(x, IsInterleaved, _name, workers);
        y.Ranges?.Begin(workers.Threads);
        double nanoseconds = 0.01 * Products * x.Values.Columns;
        workers.For(workers.Threads, Workers.Grain(1, nanoseconds / workers.Threads), new Parts<TFunction>(this, tokens, bias, y, workers.Threads));
    }

    public sealed override void InputGradient(Matrix dy, Matrix dx, Workers workers) => throw ForScoringAlone();

    public sealed override void AddWeightGradient(Matrix x, Matrix dy, Workers workers) => throw ForScoringAlone();

    public sealed override void WriteTo(Matrix dense)
    {
        for (int i = 0; i < _rows.Length; i++)
            WriteRow(i, _scales[i], dense.Row(_rows[i]));
    }

    /// <summary>Writes a row of the kept weights.</summary>
    /// <param name="row">The row in the order of multiplication.</param>
    /// <param name="scale">Its scale.</param>
    /// <param name="dense">[columns].</param>
    protected abstract void WriteRow(int row, float scale, Span<float> dense);

    /// <summary>The first row, in the order of multiplication, of a part of about the same work as the others.</summary>
    protected abstract int FirstRowOf(int part, int parts);

    /// <summary>Sums of products of a tile's tokens by some rows.</summary>
    /// <param name="tile">Tokens of the tile.</param>
    /// <param name="x">Its bytes.</param>
    /// <param name="firstRow">The first row in the order of multiplication.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="sums">[rows × tile].</param>
    protected abstract unsafe void Multiply(int tile, byte* x, int firstRow, int rows, int* sums);

    /// <summary>Fours of weights, the last filled up with zeros.</summary>
    protected static int QuadsOf(int weights) => (weights + 3) / 4;

    /// <summary>Rounds a row's weights.</summary>
    /// <returns>The row's scale, and the scaled sum of what they were rounded to.</returns>
    protected static (float Scale, float Sum) Round(ReadOnlySpan<float> weights, Span<sbyte> rounded)
    {
        float scale = RowScale.Of(weights, ByteWidth.LargestWeight);
        RowScale.Round(weights, scale, ByteWidth.LargestWeight, rounded);
        int sum = 0;
        foreach (sbyte weight in rounded)
            sum += weight;
        return (scale, sum * scale);
    }

    private static InvalidOperationException ForScoringAlone() => new("A layer of signed bytes has no gradient; expected one of floats for training.");

    private readonly struct Parts<TFunction>(Int8Form form, QuantizedTokens tokens, ReadOnlyMemory<float> bias, Activations y, int parts) : IRangeJob
        where TFunction : IUnaryFunction
    {
        /// <summary>Rows pass by in chunks that stay in the second-level cache while the tiles of tokens change.</summary>
        public void Run(int start, int end)
        {
            int chunks = (int)(form.Bytes / BytesPerChunk) / parts + 1;
            for (int chunk = start * chunks; chunk < end * chunks; chunk++)
                form.Multiply<TFunction>(tokens, bias, y, start, form.FirstRowOf(chunk, parts * chunks), form.FirstRowOf(chunk + 1, parts * chunks));
        }
    }

    private unsafe void Multiply<TFunction>(QuantizedTokens tokens, ReadOnlyMemory<float> bias, Activations y, int part, int start, int end)
        where TFunction : IUnaryFunction
    {
        int rowsAtOnce = RowsAtOnce, columns = y.Values.Columns;
        int* sums = stackalloc int[rowsAtOnce * LargestTile];
        for (int token = 0; token < columns;)
        {
            int tile = ByteWidth.TileOf(columns - token), count = Math.Min(tile, columns - token);
            for (int row = start; row < end; row += rowsAtOnce)
            {
                int rows = Math.Min(rowsAtOnce, end - row);
                Multiply(tile, tokens.Tile(token), row, rows, sums);
                SimdWidth.Run(new Scaled<TFunction>(this, tokens, bias.Span, y.Values, y.Ranges, part, row, rows, token, count, tile, sums));
            }

            token += count;
        }
    }

    /// <summary>Y = function(scale of row · scale of token · sum + shift of token · sum of weights + b).</summary>
    private readonly unsafe ref struct Scaled<TFunction>(
        Int8Form form, QuantizedTokens tokens, ReadOnlySpan<float> bias, Matrix y, TokenRanges? ranges, int part, int firstRow, int rows, int firstToken, int count, int tile, int* sums) : ISimdJob
        where TFunction : IUnaryFunction
    {
        private readonly ReadOnlySpan<float> _bias = bias;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            float* scales = tokens.Scales(firstToken), shifts = tokens.Shifts(firstToken);
            if (count == 4 * TSimd.Count)
                FourVectors<TSimd, TVector>(scales, shifts);
            else
                for (int token = 0; token < count; token += TSimd.Count)
                    OneVector<TSimd, TVector>(scales, shifts, token);
        }

        /// <summary>A vector of a tile that is not whole.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void OneVector<TSimd, TVector>(float* scales, float* shifts, int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector scaleOfTokens = TSimd.Load(scales + token), shift = TSimd.Load(shifts + token), smallest = default, largest = default, notFinite = default;
            ReadOnlySpan<int> order = form._rows.AsSpan(firstRow, rows);
            ReadOnlySpan<float> scalesOfRows = form._scales.AsSpan(firstRow, rows), sumsOfRows = form._sums.AsSpan(firstRow, rows), bias = _bias;
            float* firstOfY = y.Address(0, firstToken + token);
            nint stride = y.Stride;
            int step = tile;
            int* from = sums + token;
            for (int i = 0; i < order.Length; i++, from += step)
            {
                TVector value = Of<TSimd, TVector>(from, scaleOfTokens, shift, TSimd.All(scalesOfRows[i]), TSimd.All(sumsOfRows[i]), TSimd.All(bias.IsEmpty ? 0 : bias[order[i]]));
                TSimd.Store(value, firstOfY + order[i] * stride);
                smallest = TSimd.Min(smallest, value);
                largest = TSimd.Max(largest, value);
                notFinite = TSimd.MultiplyAdd(value, default, notFinite);
            }

            if (ranges is not null)
                Note<TSimd, TVector>(smallest, largest, notFinite, firstToken + token);
        }

        /// <summary>A whole tile, whose tokens' scales and shifts stay in registers.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void FourVectors<TSimd, TVector>(float* scales, float* shifts)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            int n = TSimd.Count, step = tile;
            TVector c0 = TSimd.Load(scales), c1 = TSimd.Load(scales + n), c2 = TSimd.Load(scales + 2 * n), c3 = TSimd.Load(scales + 3 * n);
            TVector h0 = TSimd.Load(shifts), h1 = TSimd.Load(shifts + n), h2 = TSimd.Load(shifts + 2 * n), h3 = TSimd.Load(shifts + 3 * n);
            ReadOnlySpan<int> order = form._rows.AsSpan(firstRow, rows);
            ReadOnlySpan<float> scalesOfRows = form._scales.AsSpan(firstRow, rows), sumsOfRows = form._sums.AsSpan(firstRow, rows), bias = _bias;
            TVector s0 = default, s1 = default, s2 = default, s3 = default, l0 = default, l1 = default, l2 = default, l3 = default, notFinite = default;
            float* firstOfY = y.Address(0, firstToken);
            nint stride = y.Stride;
            int* from = sums;
            bool notes = ranges is not null;
            for (int i = 0; i < order.Length; i++, from += step)
            {
                TVector scale = TSimd.All(scalesOfRows[i]), sum = TSimd.All(sumsOfRows[i]), start = TSimd.All(bias.IsEmpty ? 0 : bias[order[i]]);
                float* to = firstOfY + order[i] * stride;
                TVector y0 = Of<TSimd, TVector>(from, c0, h0, scale, sum, start), y1 = Of<TSimd, TVector>(from + n, c1, h1, scale, sum, start);
                TVector y2 = Of<TSimd, TVector>(from + 2 * n, c2, h2, scale, sum, start), y3 = Of<TSimd, TVector>(from + 3 * n, c3, h3, scale, sum, start);
                TSimd.Store(y0, to);
                TSimd.Store(y1, to + n);
                TSimd.Store(y2, to + 2 * n);
                TSimd.Store(y3, to + 3 * n);
                if (!notes)
                    continue;
                (s0, s1, s2, s3) = (TSimd.Min(s0, y0), TSimd.Min(s1, y1), TSimd.Min(s2, y2), TSimd.Min(s3, y3));
                (l0, l1, l2, l3) = (TSimd.Max(l0, y0), TSimd.Max(l1, y1), TSimd.Max(l2, y2), TSimd.Max(l3, y3));
                notFinite = TSimd.MultiplyAdd(TSimd.Add(TSimd.Add(y0, y1), TSimd.Add(y2, y3)), default, notFinite);
            }

            if (!notes)
                return;
            Note<TSimd, TVector>(s0, l0, notFinite, firstToken);
            Note<TSimd, TVector>(s1, l1, notFinite, firstToken + n);
            Note<TSimd, TVector>(s2, l2, notFinite, firstToken + 2 * n);
            Note<TSimd, TVector>(s3, l3, notFinite, firstToken + 3 * n);
        }

        /// <summary>Widens the ranges of a vector of tokens.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Note<TSimd, TVector>(TVector smallest, TVector largest, TVector notFinite, int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TokenRanges noted = ranges.GetValueOrDefault();
            float* ofSmallest = noted.Smallest(part, token), ofLargest = noted.Largest(part, token), ofNotFinite = noted.NotFinite(part, token);
            TSimd.Store(TSimd.Min(TSimd.Load(ofSmallest), smallest), ofSmallest);
            TSimd.Store(TSimd.Max(TSimd.Load(ofLargest), largest), ofLargest);
            TSimd.Store(TSimd.MultiplyAdd(notFinite, default, TSimd.Load(ofNotFinite)), ofNotFinite);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Of<TSimd, TVector>(int* sums, TVector scaleOfTokens, TVector shift, TVector scale, TVector sum, TVector start)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector products = TSimd.Multiply(TSimd.LoadIntegers(sums), scaleOfTokens);
            return TFunction.Of<TSimd, TVector>(TSimd.MultiplyAdd(products, scale, TSimd.MultiplyAdd(shift, sum, start)));
        }
    }
}
