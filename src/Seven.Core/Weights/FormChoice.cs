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
    private const int Rounds = 5;
    private const int LargestRows = 256;
    private const int LargestTokens = 256;
    private const double Never = 2;

    private static readonly double[] s_steps = [0.5, 0.7, 0.85, 0.95];

    private static readonly ConcurrentDictionary<(int Rows, int Columns, int Tokens, FormUse Use), double> s_known = [];

    /// <summary>The form in which a layer scores.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="given">The share of zeros that the user gave; <see langword="null"/> for the measured one.</param>
    /// <param name="use">In floats or signed bytes.</param>
    /// <param name="tokens">Numbers of tokens at once.</param>
    public static WeightForm ForScoring(LayerWeights layer, double? given, FormUse use, params ReadOnlySpan<int> tokens)
    {
        if (use == FormUse.Int8Scoring && layer.Inputs > SparseInt8Form.LargestColumns)
            use = FormUse.Scoring;
        bool isSparse = layer.Sparsity() >= SparseFrom(layer, given, use, tokens);
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
        var random = new Random(1);
        var layer = new LayerWeights(rows, columns);
        var parameter = new Parameter("a slice of the layer", ParameterKind.Linear, [rows, columns], layer.Weight);
        layer.WeightParts.Add(parameter);
        foreach (ref float weight in layer.Weight.Values.Values)
            weight = random.NextSingle() - 0.5f;
        var order = new double[rows * columns];
        foreach (ref double place in order.AsSpan())
            place = random.NextDouble();
        var arena = new Arena();
        Matrix x = arena.Take(columns, tokens), dy = arena.Take(rows, tokens);
        Fill(x, random);
        Fill(dy, random);
        return FirstFaster(sparsity =>
        {
            for (int i = 0; i < order.Length; i++)
                if (order[i] < sparsity)
                    layer.Weight.Values.Values[i] = 0;
            parameter.MaskZeros();
            return IsFaster(layer, arena, x, dy, use);
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

    /// <summary>Whether the layer is no slower in its sparse form.</summary>
    private static bool IsFaster(LayerWeights layer, Arena arena, Matrix x, Matrix dy, FormUse use)
    {
        WeightForm dense = use == FormUse.Int8Scoring ? layer.ToDenseInt8() : layer.Dense, sparse = use == FormUse.Int8Scoring ? layer.ToSparseInt8() : layer.ToSparse();
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

    private static void Fill(Matrix matrix, Random random)
    {
        for (int row = 0; row < matrix.Rows; row++)
            foreach (ref float value in matrix.Row(row))
                value = random.NextSingle() - 0.5f;
    }

    private static int BitLength(int value) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)value);
}
