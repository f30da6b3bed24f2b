using System.Collections.Concurrent;
using System.Diagnostics;
using Seven.Numerics;
using Seven.Weights.Int8;
using Seven.Weights.Sparse;

namespace Seven.Weights;

/// <summary>Chooses the form of a layer's weights: the share of zeros from which on the sparse kernels are faster than the dense ones, measured once for each shape while the process runs.</summary>
/// <remarks>A slice of the layer is timed on one thread, dense and sparse turn by turn, at rising sparsity until the sparse one is no slower. The few steps keep the
/// answer from changing with noise: sparse and dense sums differ in their last bits.</remarks>
internal static class FormChoice
{
    private const int Rounds = 3;
    private const int LargestRows = 128;
    private const int LargestTokens = 128;
    private const double Never = 2;

    /// <summary>From this share of zeros on, a sparse form scores faster on every machine: it multiplies a quarter as much, or less. A layer as sparse as that needs no
    /// measuring when a model is loaded, nor does one below the first step.</summary>
    private const double SurelySparse = 0.75;

    private static readonly double[] s_steps = [0.5, 0.7, 0.85, 0.95];

    private static readonly ConcurrentDictionary<(int Rows, int Columns, int Tokens, FormUse Use), double> s_known = [];

    /// <summary>The form in which a layer scores.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="given">The share of zeros that the user gave; <see langword="null"/> for the measured one.</param>
    /// <param name="use">In floats or signed bytes.</param>
    /// <param name="tokens">Numbers of tokens at once.</param>
    public static WeightForm ForScoring(LayerWeights layer, double? given, FormUse use, params ReadOnlySpan<int> tokens)
    {
        if (use == FormUse.Int8Scoring && layer.Inputs > KeptInt8Form.LargestColumns)
            use = FormUse.Scoring;
        double sparsity = layer.Sparsity();
        bool isSparse = given is { } share ? sparsity >= share : sparsity >= SurelySparse || (sparsity >= s_steps[0] && sparsity >= SparseFrom(layer, given: null, use, tokens));
        return use == FormUse.Int8Scoring ? isSparse ? layer.ToSparseInt8() : layer.ToDenseInt8() : isSparse ? layer.ToSparse() : layer.Dense;
    }

    /// <summary>The share of zeros from which on a layer is sparse.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="given">The share that the user gave; <see langword="null"/> for the measured one.</param>
    /// <param name="use">What the form is for.</param>
    /// <param name="tokens">Numbers of tokens at once: the layer is sparse where that is faster for all of them.</param>
    public static double SparseFrom(LayerWeights layer, double? given, FormUse use, params ReadOnlySpan<int> tokens)
    {
        double smallest = given ?? 0;
        if (given is null)
            foreach (int count in tokens)
                smallest = Math.Max(smallest, Measured(layer.Outputs, layer.Inputs, count, use));
        return smallest;
    }

    internal static double Measured(int rows, int columns, int tokens, FormUse use)
    {
        int slice = 1 << BitLength(Math.Clamp(tokens, 1, LargestTokens) - 1);
        return s_known.GetOrAdd((Math.Min(rows, LargestRows), columns, slice, use), static key => Measure(key.Rows, key.Columns, key.Tokens, key.Use));
    }

    private static double Measure(int rows, int columns, int tokens, FormUse use)
    {
        var layer = new LayerWeights(rows, columns);
        var parameter = new Parameter("a slice of the layer", ParameterKind.Linear, [rows, columns], layer.Weight);
        layer.WeightParts.Add(parameter);
        uint state = 1;
        Fill(layer.Weight.Values, ref state);
        var order = new float[rows * columns];
        foreach (ref float place in order.AsSpan())
            place = Next(ref state);
        var arena = new Arena();
        Matrix x = arena.Take(columns, tokens), dy = arena.Take(rows, tokens);
        Fill(x, ref state);
        Fill(dy, ref state);
        WeightForm dense = use == FormUse.Int8Scoring ? layer.ToDenseInt8() : layer.Dense;
        return FirstFaster(sparsity =>
        {
            var weights = layer.Weight.Values.Values;
            for (int i = 0; i < order.Length; i++)
                if (order[i] < sparsity)
                    weights[i] = 0;
            parameter.MaskZeros();
            return IsFaster(use == FormUse.Int8Scoring ? layer.ToSparseInt8() : layer.ToSparse(), dense, arena, x, dy, use);
        });
    }

    /// <summary>The first of the rising steps at which the sparse form is no slower; a value above 1 if it is slower at all of them.</summary>
    /// <param name="isFaster">Whether the sparse form is no slower at a sparsity; not called beyond the first that is.</param>
    internal static double FirstFaster(Func<double, bool> isFaster)
    {
        foreach (double sparsity in s_steps)
            if (isFaster(sparsity))
                return sparsity;
        return Never;
    }

    /// <summary>Whether a layer is no slower in its sparse form.</summary>
    private static bool IsFaster(WeightForm sparse, WeightForm dense, Arena arena, Matrix x, Matrix dy, FormUse use)
    {
        var (denseTimes, sparseTimes) = (new double[Rounds], new double[Rounds]);
        for (int round = -1; round < Rounds; round++)
        {
            double denseTime = Time(dense, arena, x, dy, use), sparseTime = Time(sparse, arena, x, dy, use);
            if (round >= 0)
                (denseTimes[round], sparseTimes[round]) = (denseTime, sparseTime);
        }

        return Median(sparseTimes) <= Median(denseTimes);
    }

    private static double Time(WeightForm form, Arena arena, Matrix x, Matrix dy, FormUse use)
    {
        var mark = arena.Mark();
        Matrix y = arena.Take(dy.Rows, x.Columns), dx = arena.Take(x.Rows, x.Columns);
        float[] bias = new float[dy.Rows];
        long start = Stopwatch.GetTimestamp();
        form.Multiply(x, bias, y, Workers.Sequential);
        if (use == FormUse.Training)
        {
            (form as SparseForm)?.ReadWeights();
            form.AddWeightGradient(x, dy, Workers.Sequential);
            form.InputGradient(dy, dx, Workers.Sequential);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        arena.Release(mark);
        return seconds;
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);

    private static void Fill(Matrix matrix, ref uint state)
    {
        for (int row = 0; row < matrix.Rows; row++)
            foreach (ref float value in matrix.Row(row))
                value = Next(ref state) - 0.5f;
    }

    /// <summary>A number in [0, 1) by Marsaglia's xorshift: random enough for times, and ten times as fast as <see cref="Random"/> with a seed.</summary>
    private static float Next(ref uint state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return (state >> 8) / (float)(1 << 24);
    }

    private static int BitLength(int value) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)value);
}
