using Seven.Numerics;
using Seven.Weights;
using Seven.Weights.Sparse;

namespace Seven.Tests.Numerics;

/// <summary>The sparse product against three nested loops, over shapes that fill no tile and rows that are empty.</summary>
[TestClass]
[TestCategory("Kernels")]
public sealed class SparseProductTests
{
    /// <summary>On machines of up to four processors, groups of more rows than a block has columns.</summary>
    private const int LargeRows = 1100;

    private static readonly (int Rows, int Columns, int Tokens)[] s_shapes =
        [(1, 1, 1), (7, 3, 65), (5, 129, 15), (16, 300, 16), (300, 257, 17), (40, 128, 64), (33, 500, 130), (64, 64, 31), (259, 140, 49), (12, 256, 200), (LargeRows, 40, 20), (LargeRows, 130, 70)];

    public static IEnumerable<object[]> Cases =>
        from shape in s_shapes
        from sparsity in new[] { 0, 0.6, 0.95, 1 }
        from threads in new[] { 1, 3 }
        select new object[] { shape.Rows, shape.Columns, shape.Tokens, sparsity, threads };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void It_matches_the_scalar_oracle(int rows, int columns, int tokens, double sparsity, int threads)
    {
        var random = new Random(rows * 31 + columns * 7 + tokens);
        Matrix w = Sparse(random, rows, columns, sparsity), x = TestMatrices.Random(random, columns, tokens);
        Matrix y = TestMatrices.Random(random, rows, tokens), start = Matrix.Zeros(rows, tokens);
        float[] bias = [.. Enumerable.Range(0, rows).Select(_ => random.NextSingle())];
        for (int row = 0; row < rows; row++)
            start.Row(row).Fill(bias[row]);

        var compressed = SparseRows.Of(w);
        SparseProduct.Multiply(compressed, x, bias, y, Workers.Of(threads));

        TestMatrices.AssertClose(Multiply(w, x, start), y, 1e-6 * (columns + 1), "product");
        Assert.AreEqual(Enumerable.Range(0, rows).Sum(row => columns - w.Row(row).Count(0f)), compressed.Pattern.Kept);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_outer_product_at_kept_places_matches_the_scalar_oracle(int rows, int columns, int tokens, double sparsity, int threads)
    {
        var random = new Random(rows * 31 + columns * 7 + tokens);
        Matrix w = Sparse(random, rows, columns, sparsity), x = TestMatrices.Random(random, columns, tokens), dy = TestMatrices.Random(random, rows, tokens);
        var pattern = SparseRows.Of(w).Pattern;
        var kept = new float[pattern.Kept];
        Array.Fill(kept, 0.5f);

        SparseProduct.AddOuter(pattern, x, dy, kept, Workers.Of(threads));

        Matrix dense = Matrix.Zeros(rows, columns);
        pattern.Scatter(kept, 0, dense.Values);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                Assert.AreEqual(w.Row(row)[column] == 0 ? 0 : 0.5 + Dot(dy.Row(row), x.Row(column)), dense.Row(row)[column], 1e-6 * (tokens + 1), $"[{row}, {column}]");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_transposed_matches_the_scalar_oracle(int rows, int columns, int tokens, double sparsity, int threads)
    {
        var random = new Random(rows * 31 + columns * 7 + tokens);
        Matrix w = Sparse(random, rows, columns, sparsity), transposed = Matrix.Zeros(columns, rows);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                transposed.Row(column)[row] = w.Row(row)[column];
        int[] order = [];
        var compressed = SparseRows.Of(w);
        var found = compressed.Transposed(ref order);
        for (int k = 0; k < order.Length; k++)
            found.Values[k] = compressed.Values[order[k]];

        Matrix dense = Matrix.Zeros(columns, rows);
        found.Pattern.Scatter(found.Values, 0, dense.Values);
        Assert.IsTrue(dense.Values.SequenceEqual(transposed.Values));
        Matrix dy = TestMatrices.Random(random, rows, tokens), dx = TestMatrices.Random(random, columns, tokens);
        SparseProduct.Multiply(found, dy, default, dx, Workers.Of(threads));
        TestMatrices.AssertClose(Multiply(transposed, dy, Matrix.Zeros(columns, tokens)), dx, 1e-6 * (rows + 1), "product");
    }

    [TestMethod]
    public void A_shrunken_form_in_the_same_memory_is_that_made_anew()
    {
        var random = new Random(3);
        Matrix w = Sparse(random, LargeRows, 170, 0.3);
        var (shrunken, order) = (SparseRows.Of(w), Array.Empty<int>());
        var transposed = shrunken.Transposed(ref order);
        for (int step = 0; step < 4; step++)
        {
            foreach (ref float value in w.Values)
                value = random.Next(3) == 0 ? 0 : value;
            var (anew, orderAnew) = (SparseRows.Of(w), Array.Empty<int>());
            shrunken = SparseRows.Of([PruningMask.OfNonzero(w.Values)], w, shrunken);
            transposed = shrunken.Transposed(ref order, transposed);
            AssertSame(anew.Pattern, shrunken.Pattern);
            AssertSame(anew.Transposed(ref orderAnew).Pattern, transposed.Pattern);
            Assert.IsTrue(anew.Values.SequenceEqual(shrunken.Values));
            Assert.IsTrue(orderAnew.AsSpan().SequenceEqual(order.AsSpan(0, orderAnew.Length)));
        }
    }

    [TestMethod]
    public void A_pattern_of_parts_is_that_of_the_whole()
    {
        // Rows of 37 bits: no part begins at a word's border.
        Matrix w = Sparse(new Random(4), 23, 37, 0.5), upper = Matrix.Zeros(10, 37), lower = Matrix.Zeros(13, 37);
        w.RowRange(0, 10).CopyTo(upper);
        w.RowRange(10, 13).CopyTo(lower);
        AssertSame(SparseRows.Of(w).Pattern, SparsePattern.Of([PruningMask.OfNonzero(upper.Values), PruningMask.OfNonzero(lower.Values)], 37));
    }

    [TestMethod]
    public void Parts_of_the_rows_have_about_equal_numbers_of_kept_weights()
    {
        Matrix w = Sparse(new Random(5), 3200, 90, 0);
        for (int row = 0; row < 1600; row++)
            w.Row(row)[9..].Clear();
        var pattern = SparseRows.Of(w).Pattern;
        for (int part = 1; part < 4; part++)
        {
            int first = pattern.FirstRowOf(part, 4), balanced = 0;
            while (pattern.KeptIn(0, balanced) < pattern.Kept * part / 4)
                balanced++;
            Assert.AreEqual(0, first % pattern.GroupRows);
            Assert.AreEqual(balanced, first, pattern.GroupRows / 2);
        }

        Assert.AreEqual(0, pattern.FirstRowOf(0, 4));
        Assert.AreEqual(3200, pattern.FirstRowOf(4, 4));
    }

    /// <summary>Within a block each group of rows lies in the order of their numbers of kept weights, and each of them once.</summary>
    [TestMethod]
    public void Rows_lie_in_the_order_of_their_kept_weights()
    {
        var pattern = SparseRows.Of(Sparse(new Random(3), LargeRows, 300, 0.7)).Pattern;
        for (int block = 0; block < pattern.Blocks; block++)
        {
            int[] rows = pattern.RowAt(block).ToArray(), starts = pattern.Starts(block).ToArray();
            for (int first = 0; first < rows.Length; first += pattern.GroupRows)
            {
                int[] group = rows[first..Math.Min(first + pattern.GroupRows, rows.Length)];
                CollectionAssert.AreEqual(Enumerable.Range(first, group.Length).ToArray(), group.Order().ToArray());
                for (int i = first + 1; i < first + group.Length; i++)
                    Assert.IsLessThanOrEqualTo(starts[i + 1] - starts[i], starts[i] - starts[i - 1]);
            }
        }
    }

    [TestMethod]
    public void Columns_beside_the_result_are_left_alone()
    {
        var random = new Random(1);
        Matrix w = Sparse(random, 20, 30, 0.5), x = TestMatrices.Random(random, 30, 40);
        Matrix all = TestMatrices.Random(random, 20, 60), before = new Arena().Take(20, 60);
        all.CopyTo(before);
        SparseProduct.Multiply(SparseRows.Of(w), x, default, all.ColumnRange(3, 40), Workers.Sequential);
        for (int row = 0; row < 20; row++)
        {
            Assert.IsTrue(all.Row(row)[..3].SequenceEqual(before.Row(row)[..3]));
            Assert.IsTrue(all.Row(row)[43..].SequenceEqual(before.Row(row)[43..]));
        }
    }

    [TestMethod]
    public void The_number_of_threads_does_not_change_a_bit()
    {
        var random = new Random(5);
        Matrix x = TestMatrices.Random(random, 310, 211), one = TestMatrices.Random(random, 97, 211), many = new Arena().Take(97, 211);
        one.CopyTo(many);
        var w = SparseRows.Of(Sparse(random, 97, 310, 0.8));
        SparseProduct.Multiply(w, x, default, one, Workers.Sequential);
        SparseProduct.Multiply(w, x, default, many, Workers.Of(3));
        for (int row = 0; row < one.Rows; row++)
            Assert.IsTrue(one.Row(row).SequenceEqual(many.Row(row)), $"row {row}");
    }

    [TestMethod]
    public void Shapes_that_do_not_fit_are_refused() => Assert.ThrowsExactly<ArgumentException>(
        () => SparseProduct.Multiply(SparseRows.Of(Matrix.Zeros(3, 4)), Matrix.Zeros(5, 2), default, Matrix.Zeros(3, 2), Workers.Sequential));

    private static void AssertSame(SparsePattern expected, SparsePattern found)
    {
        Assert.AreEqual(expected.Kept, found.Kept);
        Assert.IsTrue(expected.Places.SequenceEqual(found.Places));
        for (int block = 0; block < expected.Blocks; block++)
        {
            Assert.IsTrue(expected.Starts(block).SequenceEqual(found.Starts(block)), $"block {block}");
            Assert.IsTrue(expected.RowAt(block).SequenceEqual(found.RowAt(block)), $"block {block}");
        }
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += (double)left[i] * right[i];
        return sum;
    }

    private static Matrix Sparse(Random random, int rows, int columns, double sparsity)
    {
        Matrix matrix = Matrix.Zeros(rows, columns);
        TestMatrices.Random(random, rows, columns).CopyTo(matrix);
        for (int row = 0; row < rows; row++)
            foreach (ref float value in matrix.Row(row))
                if (random.NextDouble() < sparsity)
                    value = 0;
        return matrix;
    }

    private static double[,] Multiply(Matrix w, Matrix x, Matrix start)
    {
        var result = TestMatrices.ToDoubles(start);
        for (int row = 0; row < w.Rows; row++)
            for (int token = 0; token < x.Columns; token++)
                for (int k = 0; k < w.Columns; k++)
                    result[row, token] += (double)w.Row(row)[k] * x.Row(k)[token];
        return result;
    }
}
