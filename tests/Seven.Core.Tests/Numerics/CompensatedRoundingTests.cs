using Seven.Numerics;
using Seven.Weights.Int8;

namespace Seven.Tests.Numerics;

/// <summary>Rounding by second moments of the inputs: against the formulation of the GPTQ paper, and by what it is for, the change of the outputs.</summary>
[TestClass]
public sealed class CompensatedRoundingTests
{
    [TestMethod]
    [DataRow(1, 40, 24, 0.5, 127)]
    [DataRow(1, 40, 24, 0.5, 7)]
    [DataRow(4, 12, 33, 0.8, 7)]
    [DataRow(1, 5, 17, 0.0, 7)]
    [DataRow(1, 6, 9, 1.0, 127)]
    public void Rows_are_rounded_as_the_paper_does(int rowsPerBlock, int rows, int columns, double sparsity, int largest)
    {
        var random = new Random(rows + columns);
        var (layer, moments) = (Int8FormTests.Layer(random, rows, columns, sparsity, rowsPerBlock), Moments(random, columns, tokens: 100));
        double[,] before = TestMatrices.ToDoubles(layer.Weight.Values);

        CompensatedRounding.Round(layer, moments, largest, Workers.Of(3));

        var kept = new int[columns];
        for (int row = 0; row < rows; row++)
        {
            int[] places = kept[..layer.KeptColumns(row, kept)];
            double[] weights = [.. places.Select(column => before[row, column])];
            double[] expected = AsInThePaper(weights, places, moments, largest);
            for (int i = 0; i < places.Length; i++)
                Assert.AreEqual(expected[i], layer.Weight.Values.Row(row)[places[i]], 1e-5, $"[{row}, {places[i]}]");
            foreach (int pruned in Enumerable.Range(0, columns).Except(places))
                Assert.AreEqual(0, layer.Weight.Values.Row(row)[pruned], $"[{row}, {pruned}] was pruned");
        }
    }

    [TestMethod]
    [DataRow(127, 0.7)]
    [DataRow(7, 0.95)]
    public void Outputs_change_less_than_by_rounding_each_weight(int largest, double share)
    {
        var random = new Random(1);
        var (layer, moments) = (Int8FormTests.Layer(random, 64, 96, 0.8), Moments(random, 96, tokens: 60));
        Matrix before = Copy(layer.Weight.Values), nearest = Copy(layer.Weight.Values);
        for (int row = 0; row < 64; row++)
        {
            var rounded = new sbyte[96];
            float scale = RowScale.Of(before.Row(row), largest);
            RowScale.Round(before.Row(row), scale, largest, rounded);
            for (int column = 0; column < 96; column++)
                nearest.Row(row)[column] = scale * rounded[column];
        }

        CompensatedRounding.Round(layer, moments, largest, Workers.Sequential);

        double found = Change(before, layer.Weight.Values, moments), plain = Change(before, nearest, moments);
        Console.WriteLine($"{found / plain:F3} of the change by rounding each weight");
        Assert.IsLessThan(share * plain, found);
    }

    /// <summary>Rounded once, a layer is made of multiples that files store exactly, and rounding it again changes nothing.</summary>
    [TestMethod]
    [DataRow(127)]
    [DataRow(7)]
    public void A_rounded_layer_is_stored_exactly(int largest)
    {
        var random = new Random(5);
        var (layer, moments) = (Int8FormTests.Layer(random, 300, 48, 0.9), Moments(random, 48, tokens: 200));
        CompensatedRounding.Round(layer, moments, largest, Workers.Of(2));
        for (int row = 0; row < layer.Outputs; row++)
        {
            float[] weights = layer.Weight.Values.Row(row).ToArray();
            var rounded = new sbyte[weights.Length];
            float scale = RowScale.Of(weights, largest);
            RowScale.Round(weights, scale, largest, rounded);
            for (int column = 0; column < weights.Length; column++)
                Assert.AreEqual(weights[column], scale * rounded[column], 2e-3f * scale, $"[{row}, {column}]");
        }
    }

    /// <summary>Fewer tokens than inputs, inputs that are always zero, and inputs that are equal, leave moments that cannot be inverted.</summary>
    [TestMethod]
    public void Moments_without_an_inverse_leave_finite_weights()
    {
        var random = new Random(9);
        Matrix x = TestMatrices.Random(random, 40, 3);
        x.Row(4).Clear();
        x.Row(6).CopyTo(x.Row(7));
        Matrix moments = Matrix.Zeros(40, 40), none = Matrix.Zeros(40, 40);
        Gemm.OuterProduct(x, x, moments, accumulate: false, Workers.Sequential);
        foreach (Matrix each in new[] { moments, none })
        {
            var layer = Int8FormTests.Layer(random, 10, 40, 0.5);
            Matrix before = Copy(layer.Weight.Values);
            CompensatedRounding.Round(layer, each, largest: 127, Workers.Sequential);
            for (int row = 0; row < 10; row++)
                for (int column = 0; column < 40; column++)
                    Assert.AreEqual(before.Row(row)[column], layer.Weight.Values.Row(row)[column], 0.5f, $"[{row}, {column}]");
        }
    }

    /// <summary>The algorithm of the paper: with H⁻¹ of the weights that are left, w -= (wᵢ - qᵢ) / [H⁻¹]ᵢᵢ · [H⁻¹]ᵢ after each one, from the largest moment to the smallest.</summary>
    private static double[] AsInThePaper(double[] weights, int[] columns, Matrix moments, int largest)
    {
        int[] order = [.. Enumerable.Range(0, weights.Length).OrderByDescending(i => moments.Row(columns[i])[columns[i]])];
        double damping = weights.Length == 0 ? 0 : 0.01 * columns.Average(column => moments.Row(column)[column]);
        float scale = RowScale.For([.. weights.Select(weight => (float)weight)], [.. columns.Select(column => moments.Row(column)[column])], largest);
        double[] left = [.. weights], rounded = new double[weights.Length];
        for (int next = 0; next < order.Length; next++)
        {
            int[] remaining = order[next..];
            double[,] inverse = Inverse(remaining.Length, (i, j) => moments.Row(columns[remaining[i]])[columns[remaining[j]]] + (i == j ? damping : 0));
            rounded[order[next]] = scale * Math.Clamp(Math.Round(left[order[next]] / scale), -largest - 1, largest);
            double error = weights.Length < RowScale.FewestForOtherSizes ? 0 : (left[order[next]] - rounded[order[next]]) / inverse[0, 0];
            for (int j = 0; j < remaining.Length; j++)
                left[remaining[j]] -= error * inverse[0, j];
        }

        return rounded;
    }

    /// <summary>By Gauss and Jordan.</summary>
    private static double[,] Inverse(int size, Func<int, int, double> value)
    {
        var (a, inverse) = (new double[size, size], new double[size, size]);
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
                (a[i, j], inverse[i, j]) = (value(i, j), i == j ? 1 : 0);
        for (int pivot = 0; pivot < size; pivot++)
        {
            double divisor = a[pivot, pivot];
            for (int j = 0; j < size; j++)
                (a[pivot, j], inverse[pivot, j]) = (a[pivot, j] / divisor, inverse[pivot, j] / divisor);
            for (int i = 0; i < size; i++)
            {
                double factor = i == pivot ? 0 : a[i, pivot];
                for (int j = 0; j < size; j++)
                    (a[i, j], inverse[i, j]) = (a[i, j] - factor * a[pivot, j], inverse[i, j] - factor * inverse[pivot, j]);
            }
        }

        return inverse;
    }

    /// <summary>Inputs that go together, as those of trained networks do.</summary>
    private static Matrix Moments(Random random, int columns, int tokens)
    {
        Matrix causes = TestMatrices.Random(random, columns / 3 + 1, tokens), mixture = TestMatrices.Random(random, columns, columns / 3 + 1), x = TestMatrices.Random(random, columns, tokens, scale: 0.3);
        Gemm.Product(mixture, causes, x, accumulate: true, Workers.Sequential);
        Matrix moments = Matrix.Zeros(columns, columns);
        Gemm.OuterProduct(x, x, moments, accumulate: false, Workers.Sequential);
        return moments;
    }

    /// <summary>Σ over rows of (w - q)ᵀ · H · (w - q).</summary>
    private static double Change(Matrix before, Matrix after, Matrix moments)
    {
        double sum = 0;
        for (int row = 0; row < before.Rows; row++)
            for (int i = 0; i < before.Columns; i++)
                for (int j = 0; j < before.Columns; j++)
                    sum += (double)(before.Row(row)[i] - after.Row(row)[i]) * moments.Row(i)[j] * (before.Row(row)[j] - after.Row(row)[j]);
        return sum;
    }

    private static Matrix Copy(Matrix matrix)
    {
        Matrix copy = Matrix.Zeros(matrix.Rows, matrix.Columns);
        matrix.CopyTo(copy);
        return copy;
    }
}
