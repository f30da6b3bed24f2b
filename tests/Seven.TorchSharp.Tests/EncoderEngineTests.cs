using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Pruning;
using Seven.Tests;
using Seven.Tests.Golden;
using Seven.TorchSharp.Encoders;
using Seven.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TorchAdamW = TorchSharp.Modules.AdamW;

namespace Seven.TorchSharp.Tests;

/// <summary>Seven.Core's models trained by TorchSharp: the same outputs, gradients, losses and zeros as by Seven.Core.</summary>
[TestClass]
public sealed class EncoderEngineTests
{
    private static readonly TextConfiguration s_bert = new()
    {
        VocabularySize = 50,
        HiddenSize = 32,
        Layers = 2,
        Heads = 4,
        IntermediateSize = 64,
        MaximumTokens = 20,
        HiddenDropout = 0,
        AttentionDropout = 0
    };

    private static readonly string[] s_labels = ["a", "b", "c"];

    private static readonly ImageConfiguration s_vit = new()
    {
        ImageSize = 8,
        PatchSize = 4,
        HiddenSize = 32,
        Layers = 2,
        Heads = 4,
        IntermediateSize = 64,
        HiddenDropout = 0,
        AttentionDropout = 0
    };

    private static readonly Way[] s_ways = [Way.Host, Way.Cuda];

    private static readonly FineTuningOptions s_training = new() { Epochs = 4, BatchSize = 8, LearningRate = 1e-3, Seed = 5 };

    /// <summary>75 updates, so that there is something to learn.</summary>
    private static readonly FineTuningOptions s_fast = s_training with { Epochs = 15, LearningRate = 3e-3, LearningRateWarmUp = StepCount.Steps(0), LearningRateDecay = LearningRateDecay.None };

    public static IEnumerable<object[]> GoldenFolders =>
        from folder in TestFolders.Golden.SelectMany(Directory.EnumerateDirectories).Where(folder => File.Exists(Path.Combine(folder, "case.json")))
        from way in s_ways
        select new object[] { folder, way };

    public static IEnumerable<object[]> Ways => s_ways.Select(way => new object[] { way });

    [TestMethod]
    [DynamicData(nameof(GoldenFolders))]
    public void Golden_outputs_losses_and_gradients_match(string folder, Way way)
    {
        var device = Devices.Of(way);
        GoldenEncoderCase.Check(folder, new Torch(device));
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void Twenty_updates_of_a_text_classifier_have_the_losses_that_Seven_Core_has(Way way)
    {
        var device = Devices.Of(way);
        var (host, other) = (EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2), EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2));
        AssertSameLosses(
            progress => FineTuner.For(host, s_fast).Run(Texts(), progress: progress),
            progress => TorchFineTuner.For(other, device, s_fast).Run(Texts(), progress: progress));
        AssertClose([.. host.Predict(Texts()).SelectMany(row => row)], [.. other.Predict(Texts()).SelectMany(row => row)], 1e-3);
    }

    /// <summary>Layers of a model that was pruned by heads and features differ in their heads.</summary>
    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void Models_without_some_heads_are_trained_alike(Way way)
    {
        var device = Devices.Of(way);
        var shape = s_bert with { PrunedHeads = new Dictionary<int, IReadOnlyList<int>> { [0] = [1, 3], [1] = [0] }, IntermediateSize = 40 };
        var (host, other) = (EncoderModel.Create(shape, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2), EncoderModel.Create(shape, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2));
        AssertSameLosses(
            progress => FineTuner.For(host, s_fast).Run(Texts(), progress: progress),
            progress => TorchFineTuner.For(other, device, s_fast).Run(Texts(), progress: progress));
    }

    /// <summary>H·g by libtorch's own second derivatives.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_curvature_is_that_of_second_derivatives(bool byTensors)
    {
        var model = EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2);
        FineTuner.For(model, s_fast with { Epochs = 3 }).Run(Texts());
        var options = new FineTuningOptions { Pruning = new PruningOptions { Criterion = new Seven.Pruning.Criteria.GraspCriterion(), WarmUp = StepCount.Steps(0) } };
        LabeledText[] batch = [.. Texts().Take(16)];
        using var engine = byTensors
            ? new TorchBackend(CPU, mixedPrecision: false).NewEngine(model, model.Task, options, updates: 10)
            : new Seven.Training.Engines.HostEngine<TokenizedText, LabeledText>(model, model.Task, options, updates: 10, batch);
        Assert.IsTrue(engine.NeedsCurvature);
        engine.ReadCurvature(() =>
        {
            engine.ClearGradients();
            engine.AddGradients(batch, 1f / batch.Length, dropoutSeed: 0);
            engine.FinishGradients();
        });
        if (engine is TorchEngine<TokenizedText, LabeledText> torch)
            torch.Tensors.CopyGradientsToHost();

        using var tensors = new EncoderTensors(model.Parameters, CPU);
        var weights = model.Parameters.Where(parameter => parameter.IsPrunable).ToList();
        Tensor[] leaves = [.. weights.Select(parameter => tensors[parameter.Name])];
        var inputs = model.NewBatch();
        foreach (var text in batch)
            inputs.Add(text);
        // libtorch's fused attention has no second derivatives; where the attention is noted, it is not used.
        var outputs = new TorchEncoder(model.Configuration, model.Task, tensors, CPU, mixedPrecision: false).Forward(inputs, isTraining: false, new InnerTensors(hidden: false, attention: true));
        var loss = nn.functional.cross_entropy(outputs.transpose(0, 1), tensor(batch.Select(text => (long)text.Label).ToArray()));
        var gradients = autograd.grad([loss], leaves, retain_graph: true, create_graph: true);
        var product = gradients.Select(gradient => (gradient * gradient.detach()).sum()).Aggregate((left, right) => left + right);
        var expected = autograd.grad([product], leaves);

        double dot = 0, ofExpected = 0, ofFound = 0;
        for (int i = 0; i < weights.Count; i++)
        {
            float[] right = expected[i].contiguous().data<float>().ToArray(), found = weights[i].Gradient.ToArray();
            dot += right.Zip(found, (x, y) => (double)x * y).Sum();
            ofExpected += right.Sum(x => (double)x * x);
            ofFound += found.Sum(x => (double)x * x);
        }

        Assert.IsGreaterThan(0.9999, dot / Math.Sqrt(ofExpected * ofFound), "direction");
        Assert.AreEqual(1, ofFound / ofExpected, 0.01, "length");
    }

    [TestMethod]
    public void Patterns_of_whole_structures_are_refused()
    {
        var options = s_training with { Pruning = new PruningOptions { Pattern = new Seven.Pruning.Patterns.AttentionHeads() } };
        Assert.Contains("its own engine", Assert.ThrowsExactly<ArgumentException>(
            () => TorchFineTuner.For(EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"])), CPU, options).Run(Texts())).Message);
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void Twenty_updates_that_learn_from_a_teacher_have_the_losses_that_Seven_Core_has(Way way)
    {
        var device = Devices.Of(way);
        var folder = Directory.CreateTempSubdirectory("seven-teacher-");
        var teacher = EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["c", "b", "a"]), seed: 3);
        FineTuner.For(teacher, s_fast).Run(Texts());
        teacher.Save(folder.FullName);
        var options = s_fast with { Distillation = new Distillation { Teacher = Teacher.From(folder.FullName), Weight = 0.7, HiddenStates = 2, Attention = 3 } };
        var (host, other) = (EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2), EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2));
        var (byHost, byTorch) = (new List<double>(), new List<double>());
        FineTuner.For(host, options).Run(Texts(), progress: new Losses(byHost.Add));
        TorchFineTuner.For(other, device, options).Run(Texts(), progress: new Losses(byTorch.Add));
        for (int update = 0; update < 20; update++)
            Assert.AreEqual(byHost[update], byTorch[update], 1e-3, $"update {update}");
        folder.Delete(recursive: true);
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void Twenty_updates_of_an_image_classifier_have_the_losses_that_Seven_Core_has(Way way)
    {
        var device = Devices.Of(way);
        foreach (var placement in Enum.GetValues<NormPlacement>())
        {
            var shape = s_vit with { NormPlacement = placement, Activation = placement == NormPlacement.After ? Activation.Relu : Activation.Gelu };
            var (host, other) = (EncoderModel.Create(shape, EncoderTasks.ImageClassification(["a", "b"]), seed: 2), EncoderModel.Create(shape, EncoderTasks.ImageClassification(["a", "b"]), seed: 2));
            AssertSameLosses(
                progress => FineTuner.For(host, s_fast).Run(Pictures(), progress: progress),
                progress => TorchFineTuner.For(other, device, s_fast).Run(Pictures(), progress: progress));
        }
    }

    public static IEnumerable<object[]> WaysAndTimings =>
        from way in Enum.GetValues<Way>()
        from timing in Enum.GetValues<PruningTiming>()
        select new object[] { way, timing };

    [TestMethod]
    [DynamicData(nameof(WaysAndTimings))]
    public void Pruned_it_has_the_zeros_and_nearly_the_weights_that_Seven_Core_gives(Way way, PruningTiming timing)
    {
        var backend = new TorchBackend(Devices.Of(way), mixedPrecision: false, useTensors: way != Way.Host);
        var options = s_training with { Pruning = new PruningOptions { Sparsity = 0.7, Timing = timing } };
        var (host, other) = (EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2), EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2));
        var byHost = FineTuner.For(host, options).Run(Texts(), Texts());
        var byTorch = FineTuner.For(other, options, backend).Run(Texts(), Texts());

        Assert.AreEqual(byHost.Pruning!.Kept, byTorch.Pruning!.Kept);
        Assert.AreEqual(byTorch.Pruning.Kept, other.Parameters.Where(parameter => parameter.Mask is not null).Sum(parameter => (long)parameter.Mask!.Kept));
        Assert.AreEqual(byTorch.Pruning.Weights - byTorch.Pruning.Kept, other.Parameters.Where(parameter => byTorch.Pruning.Layers.Any(layer => layer.Name == parameter.Name)).Sum(parameter => parameter.Values.Count(0f)));
        CollectionAssert.AreEqual(byHost.Pruning.Layers.Select(layer => layer.Name).ToArray(), byTorch.Pruning.Layers.Select(layer => layer.Name).ToArray());
        double differing = host.Parameters.Zip(other.Parameters).Sum(pair => Differing(pair.First.Values, pair.Second.Values));
        Assert.IsLessThan(0.01 * byHost.Pruning.Weights, differing, "weights that one keeps and the other does not: rounding moves scores across the threshold");
    }

    /// <summary>Weights and their moments in AdamW are parts of a few vectors, and several arrays are pruned at once. The vocabulary is so large that it is a vector of its own on the CPU.</summary>
    [TestMethod]
    [DataRow(Way.Host)]
    [DataRow(Way.Tensors)]
    [DataRow(Way.Cuda)]
    public void Moments_of_pruned_weights_are_zero_and_no_others(Way way)
    {
        var model = EncoderModel.Create(s_bert with { VocabularySize = 140_000 }, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2);
        var options = s_training with { Pruning = new PruningOptions { Sparsity = 0.7, WarmUp = StepCount.Steps(2), PruningSteps = StepCount.Steps(3), Exclude = ["*.output.dense.weight"] } };
        using var engine = (TorchEngine<TokenizedText, LabeledText>)new TorchBackend(Devices.Of(way), mixedPrecision: false, useTensors: way != Way.Host).NewEngine(model, model.Task, options, updates: 10);
        LabeledText[] batch = [.. Texts()];
        for (int update = 0; update < 6; update++)
        {
            engine.ClearGradients();
            engine.AddGradients(batch, 1f / batch.Length, dropoutSeed: 0);
            engine.FinishGradients();
            engine.Step(1e-3);
            engine.Prune();
        }

        engine.ReadWeights();
        var report = engine.Report()!;
        foreach (var parameter in model.Parameters.Where(parameter => parameter.Kind != Weights.ParameterKind.Embedding))
        {
            bool isPruned = report.Layers.Any(layer => layer.Name == parameter.Name);
            float[] moment = MomentOf(engine, parameter.Name);
            Assert.AreEqual(isPruned, parameter.Mask is not null, parameter.Name);
            for (int i = 0; i < parameter.Count; i++)
                Assert.AreEqual(isPruned && !parameter.Mask![i], moment[i] == 0, $"{parameter.Name}, {i}");
        }
    }

    private static float[] MomentOf(TorchEngine<TokenizedText, LabeledText> engine, string name)
    {
        var weight = engine.Tensors.Weights().First(weight => weight.Name == name);
        var optimizer = (OptimizerHelper)engine.Optimizer;
        var state = (TorchAdamW.State)optimizer.parameters().Zip(optimizer.state_dict().State).First(pair => pair.First.Handle == weight.Owner.Handle).Second;
        using var moment = state.exp_avg.narrow(0, weight.Start, weight.Count);
        return moment.cpu().data<float>().ToArray();
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public void Mixed_precision_learns_as_well(Way way)
    {
        var device = Devices.Of(way);
        var model = EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2);
        var result = TorchFineTuner.For(model, device, s_training with { Epochs = 15 }, mixedPrecision: true).Run(Texts(), Texts());
        Assert.IsGreaterThan(0.9, result.Evaluation!["accuracy"]);
        Assert.AreEqual(result.Evaluation["accuracy"], FineTuner.For(model).Evaluate(Texts())["accuracy"], 0.05, "Seven.Core scores the weights that came out");
    }

    /// <summary>bfloat16 has two to three decimal digits: outputs and gradients of every architecture are those of float32 to about so many.</summary>
    [TestMethod]
    [DynamicData(nameof(GoldenFolders))]
    public void Mixed_precision_is_near_float32(string folder, Way way)
    {
        var device = Devices.Of(way);
        GoldenEncoderCase.Check(folder, new MixedTorch(device));
    }

    [TestMethod]
    public void A_cancelled_run_leaves_what_was_reached()
    {
        var model = EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 2);
        float[] before = model.Parameters[0].Values.ToArray();
        using var source = new CancellationTokenSource();
        var result = TorchFineTuner.For(model, CPU, s_training).Run(Texts(), progress: new Losses(_ => source.Cancel()), cancellationToken: source.Token);
        Assert.AreEqual(StopReason.Cancelled, result.Stopped);
        Assert.IsFalse(before.AsSpan().SequenceEqual(model.Parameters[0].Values));
    }

    [TestMethod]
    public void A_checkpoint_is_refused() => Assert.Contains("CheckpointPath", Assert.ThrowsExactly<ArgumentException>(
        () => TorchFineTuner.For(EncoderModel.Create(s_bert, EncoderTasks.TextClassification(["a", "b", "c"])), CPU, s_training with { CheckpointPath = "x" }).Run(Texts())).Message);

    private sealed class Torch(Device device) : IGoldenCheck
    {
        public void Run<TInput, TExample, TOutput>(GoldenEncoderCase golden, EncoderModel<TInput, TExample, TOutput> model, IReadOnlyList<TExample> batch)
            where TExample : class, TInput
        {
            using var engine = (TorchEngine<TInput, TExample>)new TorchBackend(device, mixedPrecision: false).NewEngine(model, model.Task, new FineTuningOptions(), updates: 1);
            engine.ClearGradients();
            double loss = engine.AddGradients(batch, 1f / batch.Count, dropoutSeed: 0) / batch.Count;
            engine.Tensors.CopyGradientsToHost();
            golden.AssertGradients(model.Parameters);
            if (golden.HasLoss)
                Assert.AreEqual(golden.Loss, loss, 1e-5);

            using var outputs = engine.Forward(batch, isTraining: false);
            float[] found = outputs.cpu().contiguous().data<float>().ToArray();
            var scored = new List<float[]>();
            model.Score([.. batch], Numerics.Workers.Sequential, (output, _, _) => scored.AddRange(Enumerable.Range(0, output.Rows).Select(row => output.Row(row).ToArray())));
            AssertClose([.. scored.SelectMany(row => row)], found, 1e-4);
        }
    }

    private sealed class MixedTorch(Device device) : IGoldenCheck
    {
        public void Run<TInput, TExample, TOutput>(GoldenEncoderCase golden, EncoderModel<TInput, TExample, TOutput> model, IReadOnlyList<TExample> batch)
            where TExample : class, TInput
        {
            var gradients = new float[2][];
            var outputs = new float[2][];
            for (int mixed = 0; mixed < 2; mixed++)
            {
                using var engine = (TorchEngine<TInput, TExample>)new TorchBackend(device, mixed == 1).NewEngine(model, model.Task, new FineTuningOptions(), updates: 1);
                engine.ClearGradients();
                engine.AddGradients(batch, 0.5f / batch.Count, dropoutSeed: 0);
                engine.AddGradients(batch, 0.5f / batch.Count, dropoutSeed: 0);
                engine.Tensors.CopyGradientsToHost();
                gradients[mixed] = [.. model.Parameters.SelectMany(parameter => parameter.Gradient.ToArray())];
                using var output = engine.Forward(batch, isTraining: false);
                outputs[mixed] = output.cpu().contiguous().data<float>().ToArray();
            }

            Assert.IsLessThan(0.06, Distance(outputs[0], outputs[1]), "outputs, which are near zero");
            Assert.IsLessThan(0.1, Distance(gradients[0], gradients[1]), "gradients");
        }

        /// <summary>The length of the difference, as a share of the first's.</summary>
        private static double Distance(float[] expected, float[] found) =>
            Math.Sqrt(expected.Zip(found, (x, y) => Math.Pow(x - y, 2)).Sum() / Math.Max(1e-12, expected.Sum(x => (double)x * x)));
    }

    private static void AssertSameLosses(Action<IProgress<TrainingProgress>> byHost, Action<IProgress<TrainingProgress>> byTorch)
    {
        var (host, torch) = (new List<double>(), new List<double>());
        byHost(new Losses(host.Add));
        byTorch(new Losses(torch.Add));
        Assert.HasCount(75, host);
        Assert.HasCount(75, torch);
        Assert.IsLessThan(0.8 * host[0], host.TakeLast(5).Average(), "it learns");
        for (int update = 0; update < 20; update++)
            Assert.AreEqual(host[update], torch[update], 1e-3, $"update {update}");
    }

    private static void AssertClose(float[] expected, float[] found, double tolerance)
    {
        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], tolerance, $"index {i}");
    }

    private static int Differing(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        int count = 0;
        for (int i = 0; i < first.Length; i++)
            count += (first[i] == 0) != (second[i] == 0) ? 1 : 0;
        return count;
    }

    /// <summary>40 texts of different lengths, whose class is that of their second token.</summary>
    private static List<LabeledText> Texts()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 40).Select(i => new LabeledText
        {
            Tokens = [1, 3 + i % 3, .. Enumerable.Range(0, 2 + i % 7).Select(_ => random.Next(6, 50))], Segments = [.. Enumerable.Range(0, 4 + i % 7).Select(k => k / 3 % 2)], Label = i % 3,
        })];
    }

    private static List<LabeledPicture> Pictures()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 40).Select(i => new LabeledPicture
        {
            Pixels = Enumerable.Range(0, 3 * 64).Select(_ => random.NextSingle() - (i % 2)).ToArray(), Label = i % 2,
        })];
    }

    private sealed class Losses(Action<double> add) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Finished is null)
                add(value.Loss);
        }
    }
}
