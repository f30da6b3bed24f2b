using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Numerics;
using Seven.Pruning;
using Seven.Training;

namespace Seven.Tests.Training;

/// <summary>AdamW, clipping and the learning rate against their formulas.</summary>
[TestClass]
[TestCategory("Kernels")]
public sealed class OptimizerTests
{
    [TestMethod]
    public void AdamW_follows_its_formula()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var optimizer = new AdamW(model.Parameters, weightDecay: 0.1, Workers.Of(2));
        var random = new Random(1);
        double[][] weights = [.. model.Parameters.Select(parameter => parameter.Values.ToArray().Select(value => (double)value).ToArray())];
        double[][] first = [.. weights.Select(values => new double[values.Length])], second = [.. weights.Select(values => new double[values.Length])];

        for (int step = 1; step <= 5; step++)
        {
            for (int p = 0; p < weights.Length; p++)
                for (int i = 0; i < weights[p].Length; i++)
                {
                    double gradient = model.Parameters[p].Gradient[i] = random.NextSingle() - 0.5f;
                    first[p][i] = 0.9 * first[p][i] + 0.1 * gradient;
                    second[p][i] = 0.999 * second[p][i] + 0.001 * gradient * gradient;
                    weights[p][i] *= 1 - 0.01 * (model.Parameters[p].Decays ? 0.1 : 0);
                    weights[p][i] -= 0.01 * first[p][i] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(second[p][i] / (1 - Math.Pow(0.999, step))) + 1e-8);
                }

            optimizer.Step(0.01);
        }

        for (int p = 0; p < weights.Length; p++)
            for (int i = 0; i < weights[p].Length; i++)
                Assert.AreEqual(weights[p][i], model.Parameters[p].Values[i], 2e-6, model.Parameters[p].Name);
    }

    [TestMethod]
    public void Clipping_scales_to_the_norm_and_leaves_smaller_gradients_alone()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels));
        model.Parameters[0].Gradient[0] = 3;
        model.Parameters[1].Gradient[5] = 4;
        Assert.AreEqual(5, Gradients.Clip(model.Parameters, 10, Workers.Sequential), 1e-6);
        Assert.AreEqual(3, model.Parameters[0].Gradient[0]);
        Assert.AreEqual(5, Gradients.Clip(model.Parameters, 1, Workers.Of(2)), 1e-6);
        Assert.AreEqual(0.6, model.Parameters[0].Gradient[0], 1e-6);
        Assert.AreEqual(0.8, model.Parameters[1].Gradient[5], 1e-6);
    }

    [TestMethod]
    public void The_learning_rate_rises_then_falls_to_zero_or_stays()
    {
        var linear = new LearningRateSchedule(1, WarmUpSteps: 10, TotalSteps: 110, LearningRateDecay.Linear);
        Assert.AreEqual(0.1, linear.RateOf(0), 1e-12);
        Assert.AreEqual(1, linear.RateOf(9), 1e-12);
        Assert.AreEqual(1, linear.RateOf(10), 1e-12);
        Assert.AreEqual(0.5, linear.RateOf(60), 1e-12);
        Assert.AreEqual(0.01, linear.RateOf(109), 1e-12);
        Assert.AreEqual(1, (linear with { Decay = LearningRateDecay.None }).RateOf(109));
    }

    [TestMethod]
    public void The_learning_rate_can_follow_a_cosine_and_begin_again()
    {
        var cosine = new LearningRateSchedule(2, WarmUpSteps: 10, TotalSteps: 110, LearningRateDecay.Cosine);
        Assert.AreEqual(2, cosine.RateOf(10), 1e-12);
        Assert.AreEqual(2 * (1 + Math.Cos(Math.PI * 0.25)) / 2, cosine.RateOf(35), 1e-12);
        Assert.AreEqual(1, cosine.RateOf(60), 1e-12);
        var cycles = new LearningRateSchedule(1, WarmUpSteps: 10, TotalSteps: 110, LearningRateDecay.Linear, Cycles: 4);
        Assert.AreEqual(0.5, cycles.RateOf(5 - 1), 1e-12);
        foreach (int first in new[] { 10, 35, 60, 85 })
        {
            Assert.AreEqual(1, cycles.RateOf(first), 1e-9);
            Assert.AreEqual(0.04, cycles.RateOf(first + 24), 1e-9);
        }
    }

    [TestMethod]
    public void Moments_of_pruned_weights_are_forgotten()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var optimizer = new AdamW(model.Parameters, 0, Workers.Sequential);
        foreach (var parameter in model.Parameters)
            parameter.Gradient.Fill(1);
        optimizer.Step(0.1);
        var pruner = new Pruner(model.Parameters, new PruningOptions(), new PruningSchedule(0.5, 0, 1));
        pruner.Step();
        optimizer.Mask(pruner);

        var (first, _) = optimizer.MomentsOf(model.Parameters.First(parameter => parameter.Name == pruner.Names[0]));
        for (int i = 0; i < pruner.Masks[0].Count; i++)
            Assert.AreEqual(pruner.Masks[0][i], first[i] != 0);
    }
}
