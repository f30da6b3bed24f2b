using Seven.Numerics;
using Seven.Numerics.Sparse;

namespace Seven.Tests.Numerics;

/// <summary>The sparse product against three nested loops, over shapes that fill no tile and rows that are empty.</summary>
[TestClass]
[TestCategory("Kernels")]
public sealed class SparseProductTests
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
    public void It_matches_the_scalar_oracle(int rows, int columns, int tokens, double sparsity, int threads)
    {
        var random = new Random(rows * 31 + columns * 7 + tokens);
        Matrix w = Sparse(random, rows, columns, sparsity), x = TestMatrices.Random(random, columns, tokens), start = TestMatrices.Random(random, rows, tokens);
        Matrix y = new Arena().Take(rows, tokens);
        start.CopyTo(y);

        var compressed = SparseRows.Of(w, smallestSparsity: 0)!;
        SparseProduct.Add(compressed, x, y, Workers.Of(threads));

        TestMatrices.AssertClose(Multiply(w, x, start), y, 1e-6 * (columns + 1), "product");
        Assert.AreEqual(Enumerable.Range(0, rows).Sum(row => columns - w.Row(row).Count(0f)), compressed.Kept);
    }

    [TestMethod]
    public void Columns_beside_the_result_are_left_alone()
    {
        var random = new Random(1);
        Matrix w = Sparse(random, 20, 30, 0.5), x = TestMatrices.Random(random, 30, 40);
        Matrix all = TestMatrices.Random(random, 20, 60), before = new Arena().Take(20, 60);
        all.CopyTo(before);
        SparseProduct.Add(SparseRows.Of(w, 0)!, x, all.ColumnRange(3, 40), Workers.Sequential);
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
        var w = SparseRows.Of(Sparse(random, 97, 310, 0.8), 0)!;
        SparseProduct.Add(w, x, one, Workers.Sequential);
        SparseProduct.Add(w, x, many, Workers.Of(3));
        for (int row = 0; row < one.Rows; row++)
            Assert.IsTrue(one.Row(row).SequenceEqual(many.Row(row)), $"row {row}");
    }

    [TestMethod]
    public void A_matrix_with_few_zeros_has_no_sparse_form()
    {
        Assert.IsNull(SparseRows.Of(Sparse(new Random(1), 50, 50, 0.3), smallestSparsity: 0.5));
        Assert.IsNotNull(SparseRows.Of(Sparse(new Random(1), 50, 50, 0.7), smallestSparsity: 0.5));
    }

    [TestMethod]
    public void Shapes_that_do_not_fit_are_refused() => Assert.ThrowsExactly<ArgumentException>(
        () => SparseProduct.Add(SparseRows.Of(Matrix.Zeros(3, 4), 0)!, Matrix.Zeros(5, 2), Matrix.Zeros(3, 2), Workers.Sequential));

    private static Matrix Sparse(Random random, int rows, int columns, double sparsity)
    {
        Matrix matrix = TestMatrices.Random(random, rows, columns);
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
