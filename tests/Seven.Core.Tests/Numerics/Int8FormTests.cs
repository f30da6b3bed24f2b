using Seven.Numerics;
using Seven.Numerics.Simd;
using Seven.Weights;
using Seven.Weights.Int8;

namespace Seven.Tests.Numerics;

/// <summary>Products of signed bytes against a scalar oracle that rounds as the documentation says, over shapes that fill no tile, rows of zeros, and any number of threads.</summary>
[TestClass]
[TestCategory("Kernels")]
public sealed class Int8FormTests
{
    private static readonly (int Rows, int Columns, int Tokens)[] s_shapes =
        [(1, 1, 1), (7, 3, 65), (5, 129, 15), (16, 300, 16), (300, 257, 17), (40, 128, 64), (33, 500, 130), (64, 64, 31), (259, 140, 49), (12, 256, 200)];

    public static IEnumerable<object[]> Cases =>
        from shape in s_shapes
        from sparsity in new[] { 0, 0.6, 0.95, 1 }
        from threads in new[] { 1, 3 }
        select new object[] { shape.Rows, shape.Columns, shape.Tokens, sparsity, threads };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Sparse_and_dense_match_the_scalar_oracle(int rows, int columns, int tokens, double sparsity, int threads)
    {
        var random = new Random(rows * 31 + columns * 7 + tokens);
        var layer = Layer(random, rows, columns, sparsity);
        var (x, bias) = (Activations(random, columns, tokens), Enumerable.Range(0, rows).Select(_ => random.NextSingle()).ToArray());
        Matrix expected = Oracle(layer.Weight.Values, x, bias, ByteWidth.LargestWeight);

        foreach (var form in new WeightForm[] { layer.ToSparseInt8(), layer.ToDenseInt8() })
        {
            Matrix y = new Arena().Take(rows, tokens);
            form.Multiply(x, bias, y, Workers.Of(threads));
            TestMatrices.AssertClose(TestMatrices.ToDoubles(expected), y, 2e-7 * (tokens + 1) * (columns + 10), form.GetType().Name);
        }
    }

    /// <summary>What one layer notes of its results, the next need not look for: the bytes, and so the results, are the same.</summary>
    [TestMethod]
    [DataRow(300, 17, 1)]
    [DataRow(300, 130, 3)]
    [DataRow(37, 64, 2)]
    [DataRow(3, 1, 3)]
    public void Noted_ranges_are_those_of_the_results(int rows, int tokens, int threads)
    {
        var random = new Random(rows + tokens);
        LayerWeights layer = Layer(random, rows, 75, 0.7), next = Layer(random, 20, rows, 0.5);
        var noted = new Activations(new Arena().Take(rows, tokens), new TokenRanges(new Arena(), tokens, threads));
        Matrix with = new Arena().Take(20, tokens), without = new Arena().Take(20, tokens);

        layer.ToSparseInt8().Multiply<Gelu>(Activations(random, 75, tokens), bias: default, noted, Workers.Of(threads));
        next.ToSparseInt8().Multiply(noted, bias: default, with, Workers.Of(threads));
        next.ToSparseInt8().Multiply(noted.Values, bias: default, without, Workers.Sequential);

        TestMatrices.AssertNoted(noted);
        for (int row = 0; row < 20; row++)
            Assert.IsTrue(without.Row(row).SequenceEqual(with.Row(row)));
    }

    /// <summary>An overflow is found by the layer that reads it, whether it is noted or looked for.</summary>
    [TestMethod]
    [DataRow(20)]
    [DataRow(64)]
    public void Results_that_are_not_finite_are_noted(int tokens)
    {
        var layer = Layer(new Random(1), 8, 8, 0.5);
        var noted = new Activations(new Arena().Take(8, tokens), new TokenRanges(new Arena(), tokens, mostParts: 1));
        float[] bias = [0, 0, 0, float.NaN, 0, 0, 0, 0];
        layer.ToSparseInt8().Multiply(Activations(new Random(1), 8, tokens), bias, noted, Workers.Sequential);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => layer.ToSparseInt8().Multiply(noted, bias: default, new Arena().Take(8, tokens), Workers.Sequential));
        StringAssert.Contains(error.Message, "not finite");
    }

    /// <summary>Rows that share their columns are multiplied together, to the same result.</summary>
    [TestMethod]
    [DataRow(4, 12, 257, 49, 0.8, 1)]
    [DataRow(4, 300, 64, 130, 0.9, 3)]
    [DataRow(2, 18, 100, 16, 0.6, 1)]
    [DataRow(2, 40, 129, 33, 1.0, 3)]
    public void Blocks_match_the_scalar_oracle(int rowsPerBlock, int rows, int columns, int tokens, double sparsity, int threads)
    {
        var random = new Random(rows);
        var layer = Layer(random, rows, columns, sparsity, rowsPerBlock);
        var (x, bias) = (Activations(random, columns, tokens), Enumerable.Range(0, rows).Select(_ => random.NextSingle()).ToArray());
        var form = layer.ToSparseInt8();
        Matrix y = new Arena().Take(rows, tokens), dense = Matrix.Zeros(rows, columns);
        form.Multiply(x, bias, y, Workers.Of(threads));

        Assert.IsInstanceOfType<BlockInt8Form>(form);
        TestMatrices.AssertClose(TestMatrices.ToDoubles(Oracle(layer.Weight.Values, x, bias, ByteWidth.LargestWeight)), y, 2e-7 * (tokens + 1) * (columns + 10), "blocks");
        form.WriteTo(dense);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                Assert.AreEqual(layer.Weight.Values.Row(row)[column], dense.Row(row)[column], 0.51f / ByteWidth.LargestWeight);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.8)]
    public void Rounding_costs_less_than_a_percent(double sparsity)
    {
        var random = new Random(1);
        var layer = Layer(random, 96, 384, sparsity);
        Matrix x = Activations(random, 384, 40), exact = Matrix.Zeros(96, 40);
        Gemm.Product(layer.Weight.Values, x, exact, accumulate: false, Workers.Sequential);
        Matrix y = new Arena().Take(96, 40);
        (sparsity == 0 ? (WeightForm)layer.ToDenseInt8() : layer.ToSparseInt8()).Multiply(x, bias: default, y, Workers.Sequential);
        double error = 0, size = 0;
        for (int row = 0; row < 96; row++)
            for (int token = 0; token < 40; token++)
            {
                error += Math.Abs(y.Row(row)[token] - exact.Row(row)[token]);
                size += Math.Abs(exact.Row(row)[token]);
            }

        Assert.IsLessThan(ByteWidth.LargestWeight == 127 ? 0.01 : 0.015, error / size);
    }

    [TestMethod]
    public void Written_back_each_weight_is_within_half_a_step()
    {
        var layer = Layer(new Random(1), 37, 75, 0.7);
        foreach (var form in new WeightForm[] { layer.ToSparseInt8(), layer.ToDenseInt8() })
        {
            Matrix dense = Matrix.Zeros(37, 75);
            form.WriteTo(dense);
            for (int row = 0; row < 37; row++)
            {
                float step = layer.Weight.Values.Row(row).ToArray().Max(MathF.Abs) / ByteWidth.LargestWeight;
                for (int column = 0; column < 75; column++)
                {
                    Assert.AreEqual(layer.Weight.Values.Row(row)[column], dense.Row(row)[column], step * 0.501f);
                    Assert.IsTrue(layer.Weight.Values.Row(row)[column] != 0 || dense.Row(row)[column] == 0);
                }
            }
        }
    }

    /// <summary>What an int8 or int4 file holds is scored as it is, not rounded a second time.</summary>
    [TestMethod]
    [DataRow(127)]
    [DataRow(7)]
    [DataRow(8)]
    public void Multiples_of_a_files_scale_keep_it(int largest)
    {
        if (largest > ByteWidth.LargestWeight)
            Assert.Inconclusive("Weights of this machine have seven bits.");
        var random = new Random(1);
        float[] row = [.. Enumerable.Range(0, 100).Select(i => 0.0123f * (i == 7 ? -largest : random.Next(-largest, largest)))];
        float scale = RowScale.Of(row, ByteWidth.LargestWeight);
        var rounded = new sbyte[row.Length];
        RowScale.Round(row, scale, ByteWidth.LargestWeight, rounded);
        for (int i = 0; i < row.Length; i++)
            Assert.AreEqual(row[i], rounded[i] * scale, 1e-6f);
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void Activations_that_are_not_finite_are_refused_with_the_layers_name(float value)
    {
        var layer = Layer(new Random(1), 8, 8, 0.5);
        Matrix x = Activations(new Random(1), 8, 20);
        x.Row(5)[19] = value;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => layer.ToSparseInt8().Multiply(x, bias: default, new Arena().Take(8, 20), Workers.Sequential));
        StringAssert.Contains(error.Message, "encoder.layer.0");
    }

    internal static LayerWeights Layer(Random random, int rows, int columns, double sparsity, int rowsPerBlock = 1)
    {
        var layer = new LayerWeights(rows, columns);
        // Two parts, as query and key are of one layer.
        int first = rows / 2 / rowsPerBlock * rowsPerBlock;
        foreach (var (start, count) in new[] { (0, first), (first, rows - first) })
            if (count > 0)
                layer.WeightParts.Add(new Parameter($"encoder.layer.0.{start}", ParameterKind.Linear, [count, columns], layer.Weight, start * columns));
        var isZero = new bool[columns];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
            {
                if (row % rowsPerBlock == 0)
                    isZero[column] = random.NextDouble() < sparsity;
                layer.Weight.Values.Row(row)[column] = isZero[column] ? 0 : random.NextSingle() - 0.5f;
            }

        layer.WeightParts.ForEach(part => part.MaskZeros());
        return layer;
    }

    /// <summary>Tokens of different sizes, some of positive values alone, one of zeros.</summary>
    private static Matrix Activations(Random random, int columns, int tokens)
    {
        Matrix x = new Arena().Take(columns, tokens);
        for (int row = 0; row < columns; row++)
            for (int token = 0; token < tokens; token++)
                x.Row(row)[token] = token == 1 ? 0 : (token + 1) * (random.NextSingle() - (token % 3 == 0 ? 0 : 0.4f));
        return x;
    }

    private static Matrix Oracle(Matrix w, Matrix x, float[] bias, int largest)
    {
        Matrix y = Matrix.Zeros(w.Rows, x.Columns);
        for (int token = 0; token < x.Columns; token++)
        {
            float smallest = 0, highest = 0;
            for (int column = 0; column < x.Rows; column++)
                (smallest, highest) = (Math.Min(smallest, x.Row(column)[token]), Math.Max(highest, x.Row(column)[token]));
            float step = highest > smallest ? (highest - smallest) * (1f / 255) : 1;
            float zeroPoint = MathF.Round(-smallest * (1 / step));
            for (int row = 0; row < w.Rows; row++)
            {
                float scale = RowScale.Of(w.Row(row).ToArray(), largest);
                long sum = 0;
                for (int column = 0; column < x.Rows; column++)
                    sum += (long)MathF.Round(w.Row(row)[column] * (1 / scale)) * ((long)Math.Clamp(MathF.Round(MathF.FusedMultiplyAdd(x.Row(column)[token], 1 / step, zeroPoint)), 0, 255) - (long)zeroPoint);
                y.Row(row)[token] = (float)((double)scale * step * sum + bias[row]);
            }
        }

        return y;
    }
}
