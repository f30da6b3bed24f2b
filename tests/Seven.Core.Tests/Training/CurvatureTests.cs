using Seven.Tests.Pruning;
using Seven.Training.Engines;

namespace Seven.Tests.Training;

/// <summary>The product of Hessian and gradient, of functions whose derivatives are known in double precision.</summary>
[TestClass]
public sealed class CurvatureTests
{
    /// <summary>L = ½ θᵀ A θ: g = A θ, and H·g = A A θ.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Of_a_quadratic_form_it_is_exact(int seed)
    {
        const int Size = 40;
        var random = new Random(seed);
        double[,] a = new double[Size, Size];
        for (int row = 0; row < Size; row++)
            for (int column = 0; column <= row; column++)
                a[row, column] = a[column, row] = random.NextDouble() - 0.5;
        TestWeight[] weights = [TestWeight.Random(random, "first", Size / 4), TestWeight.Random(random, "second", Size - Size / 4)];
        double[] theta = [.. weights.SelectMany(weight => weight.Values.ToArray()).Select(value => (double)value)];
        double[] expected = Times(a, Times(a, theta));

        Curvature.Read(weights, () =>
        {
            double[] gradient = Times(a, [.. weights.SelectMany(weight => weight.Values.ToArray()).Select(value => (double)value)]);
            Write(weights, gradient);
        });

        AssertClose(expected, weights, 2e-3);
        CollectionAssert.AreEqual(theta.Select(value => (float)value).ToArray(), weights.SelectMany(weight => weight.Values.ToArray()).ToArray(), "the weights are as before");
    }

    /// <summary>L = Σ θ⁴: g = 4 θ³, H = diag(12 θ²), whose third derivative does not vanish.</summary>
    [TestMethod]
    public void Of_a_curved_function_it_is_near()
    {
        TestWeight[] weights = [TestWeight.Random(new Random(5), "w", 60)];
        double[] expected = [.. weights[0].Values.ToArray().Select(value => 12d * value * value * 4 * value * value * value)];
        Curvature.Read(weights, () => Write(weights, [.. weights[0].Values.ToArray().Select(value => 4d * value * value * value)]));
        AssertClose(expected, weights, 2e-3);
    }

    [TestMethod]
    public void Without_a_gradient_there_is_none()
    {
        TestWeight[] weights = [TestWeight.Random(new Random(5), "w", 60)];
        Curvature.Read(weights, () => weights[0].Gradient.Clear());
        Assert.IsTrue(weights[0].Gradient.ToArray().All(value => value == 0));
    }

    private static void Write(TestWeight[] weights, double[] gradient)
    {
        int start = 0;
        foreach (var weight in weights)
            for (int i = 0; i < weight.Gradient.Length; i++)
                weight.Gradient[i] = (float)gradient[start++];
    }

    private static double[] Times(double[,] matrix, double[] vector) =>
        [.. Enumerable.Range(0, vector.Length).Select(row => Enumerable.Range(0, vector.Length).Sum(column => matrix[row, column] * vector[column]))];

    private static void AssertClose(double[] expected, TestWeight[] weights, double tolerance)
    {
        double largest = expected.Max(Math.Abs);
        float[] found = [.. weights.SelectMany(weight => weight.Gradient.ToArray())];
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], tolerance * largest, $"index {i}");
    }
}
