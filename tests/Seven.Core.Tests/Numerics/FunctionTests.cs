using Seven.Numerics;

namespace Seven.Tests.Numerics;

/// <summary>Elementwise functions, softmax and norm against double-precision oracles.</summary>
[TestClass]
[TestCategory("Kernels")]
public sealed class FunctionTests
{
    private static readonly int[] Lengths = [1, 2, 3, 4, 7, 15, 16, 17, 31, 64, 65, 130];

    [TestMethod]
    public void Gelu_and_its_gradient_match_the_error_function()
    {
        Matrix x = new Arena().Take(3, 401), y = new Arena().Take(3, 401), dx = new Arena().Take(3, 401), dy = TestMatrices.Random(new Random(3), 3, 401);
        for (int row = 0; row < 3; row++)
            for (int i = 0; i < 401; i++)
                x.Row(row)[i] = (i - 200) * (row + 1) / 50f;

        Elementwise.Apply<Gelu>(x, y, Workers.Of(2));
        Elementwise.Apply<GeluGradient>(x, dy, dx, Workers.Of(2));

        for (int row = 0; row < 3; row++)
            for (int i = 0; i < 401; i++)
            {
                double v = x.Row(row)[i];
                double distribution = 0.5 * (1 + Erf(v / Math.Sqrt(2)));
                double density = Math.Exp(-v * v / 2) / Math.Sqrt(2 * Math.PI);
                Assert.AreEqual(v * distribution, y.Row(row)[i], 1e-6 + 1e-6 * Math.Abs(v), $"GELU({v})");
                Assert.AreEqual(dy.Row(row)[i] * (distribution + v * density), dx.Row(row)[i], 2e-6, $"GELU'({v})");
            }
    }

    /// <summary>Before bytes, GELU may be off by a ten-thousandth of its input, everywhere.</summary>
    [TestMethod]
    public void Approximate_gelu_is_near_the_exact_one()
    {
        Matrix x = new Arena().Take(1, 4001), y = new Arena().Take(1, 4001);
        for (int i = 0; i < 4001; i++)
            x.Row(0)[i] = (i - 2000) / 200f;

        Elementwise.Apply<ApproximateGelu>(x, y, Workers.Sequential);

        for (int i = 0; i < 4001; i++)
        {
            double v = x.Row(0)[i];
            Assert.AreEqual(v * 0.5 * (1 + Erf(v / Math.Sqrt(2))), y.Row(0)[i], 1e-4 * Math.Abs(v), $"GELU({v})");
        }
    }

    [TestMethod]
    public void Relu_and_its_gradient_cut_at_zero()
    {
        Matrix x = TestMatrices.Random(new Random(4), 5, 37), dy = TestMatrices.Random(new Random(5), 5, 37);
        Matrix y = new Arena().Take(5, 37), dx = new Arena().Take(5, 37);

        Elementwise.Apply<Relu>(x, y, Workers.Sequential);
        Elementwise.Apply<ReluGradient>(x, dy, dx, Workers.Sequential);

        for (int row = 0; row < 5; row++)
            for (int i = 0; i < 37; i++)
            {
                Assert.AreEqual(Math.Max(0, x.Row(row)[i]), y.Row(row)[i]);
                Assert.AreEqual(x.Row(row)[i] > 0 ? dy.Row(row)[i] : 0, dx.Row(row)[i]);
            }
    }

    [TestMethod]
    public void Softmax_and_its_gradient_match_over_odd_lengths_and_masks()
    {
        var random = new Random(6);
        foreach (int length in Lengths)
            foreach (bool masked in new[] { false, true })
            {
                Matrix p = TestMatrices.Random(random, length, length, scale: 30);
                var mask = masked ? Enumerable.Range(0, length).Select(key => key == 0 || random.Next(3) > 0).ToArray() : [];
                var expected = Softmax(TestMatrices.ToDoubles(p), 0.25, mask);
                Seven.Numerics.Softmax.Forward(p, 0.25f, mask);
                TestMatrices.AssertClose(expected, p, 2e-6, $"softmax, length {length}");

                Matrix gradient = TestMatrices.Random(random, length, length);
                var expectedGradient = SoftmaxGradient(expected, TestMatrices.ToDoubles(gradient), 0.25);
                Seven.Numerics.Softmax.Backward(p, gradient, 0.25f);
                TestMatrices.AssertClose(expectedGradient, gradient, 2e-6, $"softmax gradient, length {length}");
            }
    }

    [TestMethod]
    public void Layer_norm_gives_each_token_mean_beta_and_deviation_gamma()
    {
        var random = new Random(7);
        foreach (int tokens in Lengths)
        {
            Matrix x = TestMatrices.Random(random, 24, tokens, scale: 5), y = new Arena().Take(24, tokens), statistics = new Arena().Take(2, tokens);
            float[] gamma = [.. Enumerable.Range(0, 24).Select(i => 1 + i / 24f)], beta = [.. Enumerable.Range(0, 24).Select(i => i / 7f)];

            LayerNorm.Forward(x, gamma, beta, 1e-5f, y, statistics, Workers.Of(2));

            for (int token = 0; token < tokens; token++)
            {
                double[] column = [.. Enumerable.Range(0, 24).Select(f => (double)x.Row(f)[token])];
                double mean = column.Average(), variance = column.Average(v => (v - mean) * (v - mean));
                for (int f = 0; f < 24; f++)
                    Assert.AreEqual((column[f] - mean) / Math.Sqrt(variance + 1e-5) * gamma[f] + beta[f], y.Row(f)[token], 1e-5, $"{tokens} tokens");
            }
        }
    }

    /// <summary>As scoring has it: x + residual normalized in place, and the ranges of the result noted.</summary>
    [TestMethod]
    public void Layer_norm_adds_a_residual_and_notes_ranges()
    {
        var random = new Random(8);
        foreach (int tokens in Lengths)
        {
            Matrix x = TestMatrices.Random(random, 24, tokens, scale: 5), residual = TestMatrices.Random(random, 24, tokens, scale: 5);
            Matrix sum = new Arena().Take(24, tokens), expected = new Arena().Take(24, tokens), statistics = new Arena().Take(2, tokens);
            float[] gamma = [.. Enumerable.Range(0, 24).Select(_ => random.NextSingle())], beta = [.. Enumerable.Range(0, 24).Select(_ => random.NextSingle())];
            Elementwise.Apply<Sum>(residual, x, sum, Workers.Sequential);
            LayerNorm.Forward(sum, gamma, beta, 1e-5f, expected, statistics, Workers.Sequential);
            var noted = new Activations(x, new TokenRanges(new Arena(), tokens, mostParts: 2));

            LayerNorm.Forward(x, gamma, beta, 1e-5f, noted, statistics, Workers.Of(2), residual);

            for (int f = 0; f < 24; f++)
                Assert.IsTrue(expected.Row(f).SequenceEqual(x.Row(f)), $"{tokens} tokens");
            TestMatrices.AssertNoted(noted);
        }
    }

    [TestMethod]
    public void Dropout_drops_its_share_scales_the_rest_and_repeats_itself()
    {
        Matrix ones = new Arena().Take(64, 1000), again = new Arena().Take(64, 1000);
        for (int row = 0; row < 64; row++)
        {
            ones.Row(row).Fill(1);
            again.Row(row).Fill(1);
        }

        new Dropout(0.3f, 12345).Apply(ones, Workers.Sequential);
        new Dropout(0.3f, 12345).Apply(again, Workers.Of(3));

        int dropped = 0;
        for (int row = 0; row < 64; row++)
        {
            Assert.IsTrue(ones.Row(row).SequenceEqual(again.Row(row)));
            foreach (float value in ones.Row(row))
            {
                Assert.IsTrue(value == 0 || Math.Abs(value - 1 / 0.7f) < 1e-6);
                dropped += value == 0 ? 1 : 0;
            }
        }

        // Five deviations of a binomial count.
        Assert.AreEqual(0.3, dropped / 64000.0, 5 * Math.Sqrt(0.3 * 0.7 / 64000));
    }

    private static double[,] Softmax(double[,] scores, double scale, bool[] mask)
    {
        int n = scores.GetLength(0);
        var p = new double[n, n];
        for (int query = 0; query < n; query++)
        {
            double sum = 0;
            for (int key = 0; key < n; key++)
                sum += p[key, query] = mask.Length == 0 || mask[key] ? Math.Exp(scale * scores[key, query]) : 0;
            for (int key = 0; key < n; key++)
                p[key, query] /= sum;
        }

        return p;
    }

    private static double[,] SoftmaxGradient(double[,] p, double[,] dp, double scale)
    {
        int n = p.GetLength(0);
        var gradient = new double[n, n];
        for (int query = 0; query < n; query++)
        {
            double mean = Enumerable.Range(0, n).Sum(key => p[key, query] * dp[key, query]);
            for (int key = 0; key < n; key++)
                gradient[key, query] = scale * p[key, query] * (dp[key, query] - mean);
        }

        return gradient;
    }

    /// <summary>Its integral by Simpson's rule.</summary>
    private static double Erf(double x)
    {
        const int Intervals = 400;
        double end = Math.Min(Math.Abs(x), 7), step = end / Intervals, sum = 0;
        for (int i = 0; i <= Intervals; i++)
            sum += (i == 0 || i == Intervals ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-i * step * i * step);
        return Math.Sign(x) * 2 / Math.Sqrt(Math.PI) * sum * step / 3;
    }
}
