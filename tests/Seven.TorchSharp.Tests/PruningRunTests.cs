using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Pruning.Patterns;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tests;

/// <summary>Whole runs over a small network.</summary>
[TestClass]
public sealed class PruningRunTests
{
    private const int Steps = 20;

    public static IEnumerable<object[]> WaysAndOptimizers =>
        from way in Enum.GetValues<Way>()
        from optimizer in new[] { "SGD", "Adam", "AdamW", "RMSProp", "Adagrad", "NAdam" }
        select new object[] { way, optimizer };

    public static IEnumerable<object[]> WaysAndCriteria =>
        from way in Enum.GetValues<Way>()
        from criterion in new[] { "SEVEN", "PLATON", "magnitude", "sensitivity", "SNIP", "movement", "Fisher", "FORCE", "soft movement" }
        select new object[] { way, criterion };

    // TorchSharp's optimizers now and then hand libtorch a scalar that the collector has freed ("Expected false to be true", in Scalar::toDouble). A fault of ours would fail each time.
    [TestMethod]
    [Retry(3)]
    [DynamicData(nameof(WaysAndOptimizers))]
    public void Sparsity_is_exact_and_pruned_weights_never_return(Way way, string optimizerName)
    {
        using var model = TestTask.Seeded(Devices.Of(way));
        using var optimizer = OptimizerOf(optimizerName, model.parameters());
        using var pruner = model.Prune(way, new PruningOptions { Sparsity = 0.7 }, new PruningSchedule(0.7, 3, 8));
        var pruned = new HashSet<(string Name, int Index)>();

        for (int step = 0; step < Steps; step++)
        {
            optimizer.zero_grad();
            model.AddGradients(step);
            if (step % 2 == 0)
                pruner.MaskGradients();
            optimizer.step();
            pruner.Step(optimizer);

            var zeros = Zeros(model, pruner);
            Assert.IsTrue(pruned.IsSubsetOf(zeros), $"step {step}");
            pruned = zeros;
        }

        long weights = pruner.Report().Weights;
        Assert.HasCount((int)(weights - (long)Math.Floor((1 - 0.7) * weights)), pruned);
        Assert.AreEqual(pruned.Count, weights - pruner.Report().Kept);
        AssertMomentsAreZero(model, optimizer, pruned);
    }

    [TestMethod]
    [DynamicData(nameof(WaysAndCriteria))]
    public void All_criteria_prune_alike_on_all_devices(Way way, string criterionName)
    {
        var options = new PruningOptions { Sparsity = 0.6, Criterion = CriterionOf(criterionName) };
        var expected = Run(Way.Host, options);
        var found = Run(way, options);
        // On the GPU sums are taken in another order.
        double tolerance = way == Way.Cuda ? 0.01 : 1e-4;
        Assert.HasCount(expected.Count, found);
        Assert.IsGreaterThanOrEqualTo((1 - tolerance) * expected.Count, found.Intersect(expected).Count());
    }

    [TestMethod]
    [DataRow(PruningScope.PerLayer, PruneEvery.Step)]
    [DataRow(PruningScope.Global, PruneEvery.Epoch)]
    [DataRow(PruningScope.PerLayer, PruneEvery.Epoch)]
    public void Scope_and_epochs_hold_in_both_engines(PruningScope scope, PruneEvery every)
    {
        var options = new PruningOptions { Sparsity = 0.5, Scope = scope, PruneEvery = every };
        var expected = Run(Way.Host, options);
        Assert.IsTrue(expected.SetEquals(Run(Way.Tensors, options)));
        if (scope == PruningScope.PerLayer)
            foreach (var layer in expected.GroupBy(weight => weight.Name))
                Assert.AreEqual(LengthOf(layer.Key) - LengthOf(layer.Key) / 2, layer.Count());

        static int LengthOf(string name)
        {
            using var model = TestTask.Seeded(CPU);
            return model.Values(name).Length;
        }
    }

    /// <summary>The limit takes effect: without it a layer is sparser. With it both engines remove the same weights.</summary>
    [TestMethod]
    public void No_layer_is_sparser_than_the_limit_in_both_engines()
    {
        var options = new PruningOptions { Sparsity = 0.6, MaximumLayerSparsity = 0.62 };
        Assert.IsGreaterThan(0.62, Sparsest(Run(Way.Host, options with { MaximumLayerSparsity = 1 })));
        var expected = Run(Way.Host, options);
        Assert.IsLessThanOrEqualTo(0.62, Sparsest(expected));
        Assert.IsTrue(expected.SetEquals(Run(Way.Tensors, options)));
        var blocks = options with { Pattern = new Blocks(2, 1) };
        Assert.IsTrue(Run(Way.Host, blocks).SetEquals(Run(Way.Tensors, blocks)));

        static double Sparsest(IEnumerable<(string Name, int Index)> zeros)
        {
            using var model = TestTask.Seeded(CPU);
            return zeros.GroupBy(weight => weight.Name).Max(layer => layer.Count() / (double)model.Values(layer.Key).Length);
        }
    }

    [TestMethod]
    [DataRow(Way.Host, Way.Host)]
    [DataRow(Way.Tensors, Way.Tensors)]
    [DataRow(Way.Host, Way.Tensors)]
    [DataRow(Way.Tensors, Way.Host)]
    [DataRow(Way.Host, Way.Cuda)]
    public void A_run_goes_on_from_a_file_as_if_it_had_not_stopped(Way before, Way after) => AssertGoesOn(before, after, new PruningOptions { Sparsity = 0.6 });

    [TestMethod]
    [DataRow(Way.Host, Way.Host)]
    [DataRow(Way.Tensors, Way.Tensors)]
    [DataRow(Way.Host, Way.Tensors)]
    public void Weights_that_may_return_are_saved_with_a_run(Way before, Way after) => AssertGoesOn(before, after, new PruningOptions { Sparsity = 0.6, Criterion = new ForceCriterion() });

    /// <summary>Masked or not, removed weights are scored by the gradient at their place.</summary>
    [TestMethod]
    [DataRow(Way.Host)]
    [DataRow(Way.Tensors)]
    public void Gradients_need_not_be_masked_for_weights_to_return(Way way)
    {
        var options = new PruningOptions { Sparsity = 0.6, Criterion = new ForceCriterion() };
        Assert.IsTrue(Run(way, options).SetEquals(Run(way, options, masksGradients: false)));
    }

    [TestMethod]
    public void Criteria_that_need_further_passes_are_refused()
    {
        using var model = TestTask.Seeded(CPU);
        Assert.Contains("GraSP", Assert.ThrowsExactly<NotSupportedException>(() => new TorchPruner(model, new PruningOptions { Criterion = new GraspCriterion() }, totalSteps: 10)).Message);
    }

    private static void AssertGoesOn(Way before, Way after, PruningOptions options)
    {
        var device = Devices.Of(after);
        string path = Path.Combine(Directory.CreateTempSubdirectory("seven-torch-").FullName, "pruner.safetensors");
        var schedule = new PruningSchedule(0.6, 2, 10);
        var expected = Run(before, options, schedule);

        using var model = TestTask.Seeded(CPU);
        using var optimizer = optim.SGD(model.parameters(), 0.05);
        using var first = model.Prune(before, options, schedule);
        Train(model, optimizer, first, 0, 7);
        first.Save(path);
        using var moved = model.to(device);
        using var rest = optim.SGD(moved.parameters(), 0.05);
        using var second = moved.Prune(after, options, schedule);
        second.Restore(path);
        Assert.AreEqual(first.Report().Kept, second.Report().Kept);
        Train(model, rest, second, 7, Steps);

        double tolerance = after == Way.Cuda ? 0.01 : 0;
        Assert.IsGreaterThanOrEqualTo((1 - tolerance) * expected.Count, Zeros(model, second).Intersect(expected).Count());
    }

    [TestMethod]
    [DataRow(Way.Host)]
    [DataRow(Way.Tensors)]
    public void A_pruned_network_is_pruned_further_from_its_masks(Way way)
    {
        using var model = TestTask.Seeded(CPU);
        using var optimizer = optim.Adam(model.parameters(), 0.01);
        using (var first = model.Prune(way, new PruningOptions(), new PruningSchedule(0.5, 0, 5)))
            Train(model, optimizer, first, 0, 8);
        using var second = model.Prune(way, new PruningOptions(), new PruningSchedule(0.8, 2, 5));
        var halved = Zeros(model, second);
        Assert.AreEqual(halved.Count, second.Report().Weights - second.Report().Kept);

        Train(model, optimizer, second, 0, Steps);

        var zeros = Zeros(model, second);
        Assert.IsTrue(halved.IsSubsetOf(zeros));
        Assert.HasCount((int)(second.Report().Weights - (long)Math.Floor((1 - 0.8) * second.Report().Weights)), zeros);
        var error = Assert.ThrowsExactly<ArgumentException>(() => model.Prune(way, new PruningOptions(), new PruningSchedule(0.3, 2, 5)));
        Assert.Contains("80.0", error.Message);
    }

    [TestMethod]
    public void A_run_shorter_than_planned_can_be_finished()
    {
        using var model = TestTask.Seeded(CPU);
        using var optimizer = optim.Adam(model.parameters(), 0.01);
        using var pruner = new TorchPruner(model, new PruningOptions { Sparsity = 0.9 }, totalSteps: 40);
        Train(model, optimizer, pruner, 0, 10);
        Assert.IsTrue(pruner.Finish(optimizer));
        Assert.AreEqual((long)Math.Floor((1 - 0.9) * pruner.Report().Weights), pruner.Report().Kept);
        Assert.IsFalse(pruner.Finish(optimizer));
    }

    private static HashSet<(string Name, int Index)> Run(Way way, PruningOptions options, PruningSchedule? schedule = null, bool masksGradients = true)
    {
        using var model = TestTask.Seeded(Devices.Of(way));
        using var optimizer = optim.SGD(model.parameters(), 0.05);
        using var pruner = model.Prune(way, options, schedule ?? new PruningSchedule(options.Sparsity, 3, options.Criterion.IsOneShot ? 1 : 8));
        Train(model, optimizer, pruner, 0, Steps, masksGradients);
        return Zeros(model, pruner);
    }

    private static void Train(TestTask model, optim.Optimizer optimizer, TorchPruner pruner, int from, int to, bool masksGradients = true)
    {
        for (int step = from; step < to; step++)
        {
            optimizer.zero_grad();
            model.AddGradients(step);
            if (masksGradients)
                pruner.MaskGradients();
            optimizer.step();
            pruner.Step(optimizer);
            if (step % 5 == 4)
                pruner.EndEpoch(optimizer);
        }
    }

    private static HashSet<(string Name, int Index)> Zeros(TestTask model, TorchPruner pruner) =>
    [
        .. from name in pruner.Names
           from item in model.Values(name).Select((value, index) => (value, index))
           where item.value == 0
           select (name, item.index),
    ];

    private static void AssertMomentsAreZero(TestTask model, optim.Optimizer optimizer, HashSet<(string Name, int Index)> pruned)
    {
        var states = ((OptimizerHelper)optimizer).state_dict().State;
        var names = model.named_parameters().Select(item => item.name).ToList();
        int seen = 0;
        for (int i = 0; i < names.Count; i++)
            foreach (var field in states[i].GetType().GetFields().Where(field => field.FieldType == typeof(Tensor)))
                if (field.GetValue(states[i]) is Tensor { IsInvalid: false } moment && moment.numel() > 1)
                {
                    float[] values = moment.cpu().data<float>().ToArray();
                    seen += pruned.Count(weight => weight.Name == names[i]);
                    Assert.IsTrue(pruned.Where(weight => weight.Name == names[i]).All(weight => values[weight.Index] == 0), $"{names[i]}, {field.Name}");
                }

        Assert.IsGreaterThanOrEqualTo(pruned.Count, seen);
    }

    private static OptimizerHelper OptimizerOf(string name, IEnumerable<Parameter> parameters) => name switch
    {
        "SGD" => optim.SGD(parameters, 0.05, momentum: 0.9),
        "Adam" => optim.Adam(parameters, 0.01, weight_decay: 0.01),
        "AdamW" => optim.AdamW(parameters, 0.01),
        "RMSProp" => optim.RMSProp(parameters, 0.001, momentum: 0.9),
        "Adagrad" => optim.Adagrad(parameters, 0.01),
        "NAdam" => optim.NAdam(parameters, 0.01),
        _ => throw new NotSupportedException(name),
    };

    private static ICriterion CriterionOf(string name) => name switch
    {
        "SEVEN" => new SevenCriterion(),
        "PLATON" => new PlatonCriterion { Window = 3 },
        "magnitude" => new MagnitudeCriterion(),
        "sensitivity" => new SensitivityCriterion(),
        "SNIP" => new SnipCriterion(),
        "movement" => new MovementCriterion(),
        "Fisher" => new FisherCriterion(),
        "FORCE" => new ForceCriterion(),
        "soft movement" => new SoftMovementCriterion { LearningRate = 1 },
        _ => throw new NotSupportedException(name),
    };
}
