using Seven.Numerics;

namespace Seven.Tests.Numerics;

/// <summary>Random matrices as the engine stores them, and plain copies for the oracles.</summary>
internal static class TestMatrices
{
    public static Matrix Random(Random random, int rows, int columns, double scale = 1)
    {
        Matrix matrix = new Arena().Take(rows, columns);
        for (int row = 0; row < rows; row++)
            foreach (ref float value in matrix.Row(row))
                value = (float)(scale * (2 * random.NextDouble() - 1));
        return matrix;
    }

    public static double[,] ToDoubles(Matrix matrix)
    {
        var values = new double[matrix.Rows, matrix.Columns];
        for (int row = 0; row < matrix.Rows; row++)
            for (int column = 0; column < matrix.Columns; column++)
                values[row, column] = matrix.Row(row)[column];
        return values;
    }

    public static void AssertClose(double[,] expected, Matrix actual, double tolerance, string where)
    {
        for (int row = 0; row < actual.Rows; row++)
            for (int column = 0; column < actual.Columns; column++)
                Assert.AreEqual(expected[row, column], actual.Row(row)[column], tolerance, $"{where} [{row}, {column}]");
    }

    /// <summary>Asserts that what is noted of each token is its smallest and its largest value, zero among them.</summary>
    public static unsafe void AssertNoted(Activations noted)
    {
        Assert.IsGreaterThan(0, noted.Ranges!.Value.Parts);
        for (int token = 0; token < noted.Values.Columns; token++)
        {
            float[] values = [0, .. Enumerable.Range(0, noted.Values.Rows).Select(row => noted.Values.Row(row)[token])];
            int[] parts = [.. Enumerable.Range(0, noted.Ranges.Value.Parts)];
            Assert.AreEqual(values.Min(), parts.Min(part => *noted.Ranges.Value.Smallest(part, token)), $"token {token}");
            Assert.AreEqual(values.Max(), parts.Max(part => *noted.Ranges.Value.Largest(part, token)), $"token {token}");
            Assert.AreEqual(0f, parts.Sum(part => *noted.Ranges.Value.NotFinite(part, token)), $"token {token}");
        }
    }
}
