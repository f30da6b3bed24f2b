using Seven.Pruning;
using Seven.Pruning.Criteria;

namespace Seven.Tests.Pruning;

/// <summary>Each criterion against its formula, written out for one weight at a time in double precision.</summary>
[TestClass]
[TestCategory("Kernels")]
public sealed class CriterionTests
{
    private delegate double Formula(int step, double weight, double gradient, double[] memory);

    public static IEnumerable<object[]> Criteria =>
    [
        [new SevenCriterion(), (Formula)((t, w, g, m) => Seven(t, w, g, m, 1))],
        [new SevenCriterion { ScoreDecay = 0.9 }, (Formula)((t, w, g, m) => Seven(t, w, g, m, 0.9))],
        [new MagnitudeCriterion(), (Formula)((_, w, _, _) => Math.Abs(w))],
        [new SensitivityCriterion(), (Formula)((_, w, g, _) => Math.Abs(w * g))],
        [new SnipCriterion(), (Formula)((_, w, g, _) => Math.Abs(w * g))],
        [new MovementCriterion(), (Formula)((_, w, g, m) => m[0] -= w * g)],
        [new ForceCriterion(), (Formula)((_, w, g, _) => Math.Abs(w * g))],
        [new GraspCriterion(), (Formula)((_, w, g, _) => w * g)],
        [new SoftMovementCriterion(), (Formula)((t, w, g, m) => SoftMovement(t, w, g, m, 1e-6))],
        [new SoftMovementCriterion { Penalty = 0.5 }, (Formula)((t, w, g, m) => SoftMovement(t, w, g, m, 0.5))],
        [new PlatonCriterion { Window = 3 }, (Formula)Platon],
        [new FisherCriterion(), (Formula)((t, w, g, m) => Fisher(t, w, g, m, 0.99, 0))],
        [new FisherCriterion { Smoothing = 0.5, Damping = 0.3 }, (Formula)((t, w, g, m) => Fisher(t, w, g, m, 0.5, 0.3))],
    ];

    [TestMethod]
    [DynamicData(nameof(Criteria))]
    public void Scores_follow_the_formula(ICriterion criterion, object formula)
    {
        foreach (int count in new[] { 1, 3, 16, 17, 33, 100 })
        {
            var random = new Random(count);
            var weight = new TestWeight("weight", count);
            var state = new LayerState(weight, criterion.MemoryArrays);
            double[][] memory = [.. Enumerable.Range(0, count).Select(_ => new double[4])];
            for (int step = 0; step < 9; step++)
            {
                for (int i = 0; i < count; i++)
                    (weight.Values[i], weight.Gradient[i]) = (random.NextSingle() - 0.5f, random.NextSingle() - 0.5f);
                criterion.Update(step, new Chunk(state, 0, count));
                for (int i = 0; i < count; i++)
                    Assert.AreEqual(((Formula)formula)(step, weight.Values[i], weight.Gradient[i], memory[i]), state.Scores[i], 2e-6, $"{criterion.Name}, step {step}, index {i}");
            }
        }
    }

    [TestMethod]
    public void Snip_prunes_at_once()
    {
        var options = new PruningOptions { Criterion = new SnipCriterion(), WarmUp = StepCount.Steps(0) };
        var schedule = options.ScheduleFor(100);
        Assert.AreEqual(1, schedule.PruningSteps);
        Assert.AreEqual(1 - 0.8, schedule.KeepRatio(0));
    }

    /// <summary>Adam on the gradient of a score: θ · g, and the penalty's, λ · σ'(S).</summary>
    private static double SoftMovement(int t, double weight, double gradient, double[] memory, double penalty)
    {
        double sigmoid = 1 / (1 + Math.Exp(-memory[2])), slope = weight * gradient + penalty * sigmoid * (1 - sigmoid);
        memory[0] = 0.9 * memory[0] + 0.1 * slope;
        memory[1] = 0.999 * memory[1] + 0.001 * slope * slope;
        return memory[2] -= 0.01 * memory[0] / (1 - Math.Pow(0.9, t + 1)) / (Math.Sqrt(memory[1] / (1 - Math.Pow(0.999, t + 1))) + 1e-12);
    }

    private static double Seven(int t, double weight, double gradient, double[] memory, double decay)
    {
        double a = Math.Abs(gradient);
        memory[0] = 0.8 * memory[0] + 0.2 * a;
        memory[1] = 0.9 * memory[1] + 0.1 * a * a;
        double mean = memory[0] / (1 - Math.Pow(0.8, t + 1)), deviation = Math.Sqrt(memory[1] / (1 - Math.Pow(0.9, t + 1))) + 1e-9;
        return memory[2] = decay * memory[2] + Math.Abs(weight * a * mean / deviation);
    }

    /// <summary>The mean of all squared gradients so far, each counting β times as much as the one after it.</summary>
    private static double Fisher(int t, double weight, double gradient, double[] memory, double beta, double damping)
    {
        memory[0] = beta * memory[0] + gradient * gradient;
        memory[1] = beta * memory[1] + 1;
        return weight * weight * (damping + memory[0] / memory[1]) / 2;
    }

    private static double Platon(int t, double weight, double gradient, double[] memory)
    {
        memory[0] += Math.Abs(weight * gradient) / (t == 0 ? 1 : 3);
        if (t % 3 == 0)
        {
            memory[1] = 0.85 * memory[1] + 0.15 * memory[0];
            memory[2] = 0.95 * memory[2] + 0.05 * Math.Abs(memory[0] - memory[1]);
            (memory[3], memory[0]) = (memory[1] * memory[2], 0);
        }

        return memory[3];
    }
}
