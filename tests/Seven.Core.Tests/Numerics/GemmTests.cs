using Seven.Numerics;

namespace Seven.Tests.Numerics;

/// <summary>The fast matrix multiplication against three nested loops, over shapes that do not fit its tiles.</summary>
[TestClass]
[TestCategory("Kernels")]
public sealed class GemmTests
{
    private static readonly (int Rows, int Depth, int Columns)[] Shapes =
    [
        (1, 1, 1), (6, 8, 64), (7, 3, 65), (5, 17, 15), (12, 257, 16), (13, 300, 129), (400, 33, 70), (2, 600, 3), (64, 64, 20), (385, 258, 18), (3, 0, 4),
    ];

    public static IEnumerable<object[]> Cases =>
        from shape in Shapes
        from accumulate in new[] { false, true }
        from threads in new[] { 1, 3 }
        select new object[] { shape.Rows, shape.Depth, shape.Columns, accumulate, threads };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void All_three_forms_match_the_scalar_oracle(int rows, int depth, int columns, bool accumulate, int threads)
    {
        var random = new Random(rows * 31 + depth * 7 + columns);
        Matrix a = TestMatrices.Random(random, rows, depth), b = TestMatrices.Random(random, depth, columns);
        Matrix start = TestMatrices.Random(random, rows, columns);
        var expected = Multiply(TestMatrices.ToDoubles(a), TestMatrices.ToDoubles(b), accumulate ? TestMatrices.ToDoubles(start) : new double[rows, columns]);
        var workers = Workers.Of(threads);

        Check(c => Gemm.Product(a, b, c, accumulate, workers), "product");
        Check(c => Gemm.TransposedProduct(Transpose(a), b, c, accumulate, workers), "transposed product");
        Check(c => Gemm.OuterProduct(a, Transpose(b), c, accumulate, workers), "outer product");

        void Check(Action<Matrix> multiply, string form)
        {
            Matrix c = new Arena().Take(rows, columns);
            start.CopyTo(c);
            multiply(c);
            // Each float operation errs by up to 6e-8 of sums that stay below the depth.
            TestMatrices.AssertClose(expected, c, 1e-6 * (depth + 1), form);
        }
    }

    [TestMethod]
    public void The_number_of_threads_does_not_change_a_bit()
    {
        var random = new Random(5);
        Matrix a = TestMatrices.Random(random, 97, 310), b = TestMatrices.Random(random, 310, 211);
        Matrix one = new Arena().Take(97, 211), many = new Arena().Take(97, 211);

        Gemm.Product(a, b, one, accumulate: false, Workers.Sequential);
        Gemm.Product(a, b, many, accumulate: false, Workers.Of(3));

        for (int row = 0; row < one.Rows; row++)
            Assert.IsTrue(one.Row(row).SequenceEqual(many.Row(row)));
    }

    [TestMethod]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Matrix a = Matrix.Zeros(2, 3), b = Matrix.Zeros(4, 5), c = Matrix.Zeros(2, 5);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Gemm.Product(a, b, c, accumulate: false, Workers.Sequential));
        StringAssert.Contains(error.Message, "[2 × 3] by [4 × 5] into [2 × 5]");
    }

    private static double[,] Multiply(double[,] a, double[,] b, double[,] c)
    {
        for (int row = 0; row < a.GetLength(0); row++)
            for (int column = 0; column < b.GetLength(1); column++)
                for (int k = 0; k < a.GetLength(1); k++)
                    c[row, column] += a[row, k] * b[k, column];
        return c;
    }

    private static Matrix Transpose(Matrix matrix)
    {
        Matrix transposed = new Arena().Take(matrix.Columns, matrix.Rows);
        for (int row = 0; row < matrix.Rows; row++)
            for (int column = 0; column < matrix.Columns; column++)
                transposed.Row(column)[row] = matrix.Row(row)[column];
        return transposed;
    }
}
