using Seven.Numerics;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Pruning.Patterns;
using Seven.TorchSharp.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tests;

/// <summary>What is pruned of a module, what is refused, and which weights stay.</summary>
[TestClass]
public sealed class SelectionTests
{
    [TestMethod]
    public void Linear_layers_and_convolutions_are_pruned_but_not_the_head()
    {
        using var model = TestTask.Seeded(CPU);
        using var pruner = new TorchPruner(model, new PruningOptions(), totalSteps: 10);
        CollectionAssert.AreEquivalent(
            new[] { "conv.weight", "encoder.self_attn.in_proj_weight", "encoder.self_attn.out_proj.weight", "encoder.linear1.weight", "encoder.linear2.weight", "dense.weight" },
            pruner.Names.ToArray());
        Assert.AreEqual(model.parameters().Sum(parameter => parameter.numel()), pruner.Report().ModelParameters);
    }

    [TestMethod]
    public void Patterns_include_the_head_and_exclude_layers()
    {
        using var model = TestTask.Seeded(CPU);
        using var pruner = new TorchPruner(model, new PruningOptions { Include = ["classifier.weight", "conv.*"], Exclude = ["*.bias"] }, totalSteps: 10);
        CollectionAssert.AreEquivalent(new[] { "conv.weight", "classifier.weight" }, pruner.Names.ToArray());
    }

    [TestMethod]
    [DataRow(Way.Host)]
    [DataRow(Way.Cuda)]
    public void Weights_tied_to_an_embedding_are_not_pruned(Way way)
    {
        var device = Devices.Of(way);
        using var embedding = nn.Embedding(30, 8).to(device);
        using var decoder = nn.Linear(8, 30, hasBias: false, device);
        decoder.weight = embedding.weight!;
        using var model = nn.Sequential(("embedding", embedding), ("dense", nn.Linear(8, 8, device: device)), ("decoder", decoder), ("head", nn.Linear(30, 2, device: device)));
        using var pruner = new TorchPruner(model, new PruningOptions(), totalSteps: 10);
        CollectionAssert.AreEqual(new[] { "dense.weight" }, pruner.Names.ToArray());
    }

    [TestMethod]
    public void A_frozen_network_is_refused()
    {
        using var model = TestTask.Seeded(CPU);
        foreach (var parameter in model.parameters())
            parameter.requires_grad = false;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => new TorchPruner(model, new PruningOptions(), totalSteps: 10));
        Assert.Contains("frozen", error.Message);
    }

    [TestMethod]
    public void A_frozen_layer_is_left_out_and_refused_if_named()
    {
        using var model = TestTask.Seeded(CPU);
        model.named_parameters().First(item => item.name == "conv.weight").parameter.requires_grad = false;
        using var pruner = new TorchPruner(model, new PruningOptions(), totalSteps: 10);
        Assert.DoesNotContain("conv.weight", pruner.Names);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => new TorchPruner(model, new PruningOptions { Include = ["conv.weight"] }, totalSteps: 10));
        Assert.Contains("conv.weight", error.Message);
    }

    [TestMethod]
    public void Nothing_to_prune_is_an_error()
    {
        using var model = nn.Sequential(("only", nn.Linear(4, 2)));
        Assert.Contains("Nothing to prune", Assert.ThrowsExactly<ArgumentException>(() => new TorchPruner(model, new PruningOptions(), totalSteps: 10)).Message);
    }

    [TestMethod]
    public void Half_precision_weights_are_refused()
    {
        using var model = nn.Sequential(("a", nn.Linear(4, 4)), ("b", nn.Linear(4, 2))).to(ScalarType.BFloat16);
        Assert.Contains("BFloat16", Assert.ThrowsExactly<ArgumentException>(() => new TorchPruner(model, new PruningOptions(), totalSteps: 10)).Message);
    }

    public static IEnumerable<object[]> Ways =>
        from scope in Enum.GetValues<PruningScope>()
        from pattern in new MaskPattern[] { MaskPattern.Unstructured, new Blocks(4, 1), new Blocks(2, 8), new NOfM(3, 8), new NOfM(1, 4) }
        select new object[] { scope, pattern };

    /// <summary>All that a user writes of a criterion is the formula; this one has memory, and every operation that lanes offer.</summary>
    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void A_criterion_of_ones_own_prunes_alike_on_both_engines_in_every_pattern(PruningScope scope, MaskPattern pattern)
    {
        double sparsity = pattern.Group is { } group ? 1 - group.Kept / (double)group.Of : 0.75;
        var options = new PruningOptions { Sparsity = sparsity, Criterion = new Steadiness(), Scope = scope, Pattern = pattern, Exclude = ["conv.*"] };
        using TestTask model = TestTask.Seeded(CPU), other = TestTask.Seeded(CPU);
        using var host = model.Prune(Way.Host, options, new PruningSchedule(options.Sparsity, 0, 5));
        using var tensors = other.Prune(Way.Tensors, options, new PruningSchedule(options.Sparsity, 0, 5));
        for (int step = 0; step < 5; step++)
        {
            // The same gradients, so that the masks are the same.
            model.AddGradients(step);
            foreach (var (from, to) in model.named_parameters().Zip(other.named_parameters()))
                to.parameter.grad = from.parameter.grad?.clone();
            host.Step(null);
            tensors.Step(null);
            foreach (var (one, two) in model.named_parameters().Zip(other.named_parameters()))
                Assert.IsTrue(one.parameter.eq(two.parameter).all().ToBoolean(), $"{one.name}, step {step}");
            model.zero_grad();
        }

        Assert.AreEqual(sparsity, tensors.Report().Sparsity, 0.01);
        Assert.AreEqual(host.Report().Kept, tensors.Report().Kept);
        Assert.AreEqual(pattern.Name, tensors.Report().Pattern);
    }

    [TestMethod]
    public void An_optimizer_of_another_module_is_refused()
    {
        using var model = TestTask.Seeded(CPU);
        using var other = TestTask.Seeded(CPU);
        using var optimizer = optim.Adam(other.parameters());
        using var pruner = new TorchPruner(model, new PruningOptions(), totalSteps: 10);
        model.AddGradients(0);
        Assert.Contains("None of the 6", Assert.ThrowsExactly<ArgumentException>(() => pruner.Step(optimizer)).Message);
    }

    [TestMethod]
    [DataRow(Way.Host)]
    [DataRow(Way.Tensors)]
    public void A_gradient_that_is_no_number_is_reported(Way way)
    {
        using var model = TestTask.Seeded(CPU);
        using var pruner = model.Prune(way, new PruningOptions(), new PruningSchedule(0.5, 0, 4));
        model.AddGradients(0);
        using (var gradient = model.named_parameters().First(item => item.name == "dense.weight").parameter.grad!)
            gradient.fill_(float.NaN);
        Assert.Contains("dense.weight", Assert.ThrowsExactly<InvalidOperationException>(() => pruner.Step(null)).Message);
    }

    [TestMethod]
    public void Tensor_selection_keeps_the_largest_and_of_equals_the_first()
    {
        var random = new Random(5);
        for (int run = 0; run < 200; run++)
        {
            int count = random.Next(1, 60);
            float[] scores = [.. Enumerable.Range(0, count).Select(_ => random.Next(-3, 4) * (random.Next(2) == 0 ? 0.5f : 1e-30f))];
            bool[] alive = [.. scores.Select(_ => random.Next(4) > 0)];
            int kept = random.Next(count + 1);

            using var scope = NewDisposeScope();
            var mask = tensor(alive);
            TensorSelection.Keep(tensor(scores), mask, kept);

            var expected = Enumerable.Range(0, count).Where(i => alive[i]).OrderByDescending(i => scores[i]).ThenBy(i => i).Take(kept).Order();
            CollectionAssert.AreEqual(expected.ToArray(), Enumerable.Range(0, count).Where(i => mask[i].item<bool>()).ToArray(), $"run {run}");
        }
    }

    /// <summary>So many scores that a sample divides them: of many values, of two, of one, of a few far above the others, and in columns of their own sizes.</summary>
    [TestMethod]
    [DataRow(Way.Tensors)]
    [DataRow(Way.Cuda)]
    public void Tensor_selection_is_exact_among_many_scores(Way way)
    {
        const int Count = 1_000_000;
        var device = Devices.Of(way);
        var random = new Random(6);
        Func<int, float>[] kinds = [_ => random.NextSingle() - 0.5f, _ => random.Next(2), _ => 3, _ => random.Next(1000) == 0 ? 1e20f * random.NextSingle() : -random.Next(3), i => i % 768 + random.NextSingle()];
        foreach (var kind in kinds)
        {
            float[] scores = [.. Enumerable.Range(0, Count).Select(kind)];
            bool[] alive = [.. scores.Select(_ => random.Next(4) > 0)];
            // Sorting by LINQ is stable: of equals the first comes first.
            int[] best = [.. Enumerable.Range(0, Count).Where(i => alive[i]).OrderByDescending(i => scores[i])];
            foreach (int kept in new[] { 1, 1000, Count / 10, Count / 2, best.Length - 1 })
            {
                using var scope = NewDisposeScope();
                var mask = tensor(alive).to(device);
                TensorSelection.Keep(tensor(scores).to(device), mask, kept);
                var expected = new bool[Count];
                foreach (int i in best.AsSpan(0, kept))
                    expected[i] = true;
                Assert.IsTrue(mask.cpu().data<bool>().ToArray().AsSpan().SequenceEqual(expected), $"kind {Array.IndexOf(kinds, kind)}, {kept} kept");
            }
        }
    }

    private sealed record Steadiness : ICriterion
    {
        public string Name => "steadiness";

        public int MemoryArrays => 2;

        public void Update(int pruningStep, IScoredWeights weights) => weights.Apply(new Step(pruningStep + 1));

        private readonly struct Step(float steps) : ICriterionStep
        {
            public void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
                where TLanes : struct, ILanes<TValue>
            {
                TValue size = TLanes.Abs(TLanes.Multiply(weight, gradient));
                first = TLanes.Max(first, size);
                second = TLanes.Add(second, TLanes.Divide(TLanes.Subtract(size, second), TLanes.All(steps)));
                score = TLanes.Min(TLanes.Sqrt(second), TLanes.Add(first, TLanes.All(1)));
            }
        }
    }
}
