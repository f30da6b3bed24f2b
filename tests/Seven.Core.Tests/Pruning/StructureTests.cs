using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Pruning.Patterns;
using Seven.Training;
using Seven.Weights;

namespace Seven.Tests.Pruning;

/// <summary>Heads of attention and features of feed-forward blocks, which are removed as a whole and taken out of the saved model.</summary>
[TestClass]
public sealed class StructureTests
{
    private static readonly TextConfiguration s_shape = new()
    {
        VocabularySize = 50,
        MaximumTokens = 12,
        HiddenSize = 24,
        Heads = 6,
        Layers = 3,
        IntermediateSize = 40,
        HiddenDropout = 0,
        AttentionDropout = 0,
    };

    private readonly string _folder = TestFolders.Temporary();

    public static IEnumerable<object[]> Patterns => [[new AttentionHeads()], [new IntermediateFeatures()]];

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>By hand: the sum of |θ| over a head's rows of query, key and value and its columns of the output.</summary>
    [TestMethod]
    [DataRow(0.2)]
    [DataRow(0.5)]
    [DataRow(0.8)]
    public void The_heads_with_the_largest_scores_stay(double sparsity)
    {
        var model = NewModel();
        var scores = Enumerable.Range(0, 3).SelectMany(layer => Enumerable.Range(0, 6).Select(head => (layer, head, Score: ScoreOfHead(model, layer, head)))).ToList();
        Prune(model, new AttentionHeads(), sparsity);

        int kept = (int)Math.Floor((1 - sparsity) * 18);
        var best = scores.GroupBy(head => head.layer).Select(layer => layer.MaxBy(head => head.Score)).ToList();
        var expected = best.Concat(scores.Except(best).OrderByDescending(head => head.Score)).Take(kept).Select(head => (head.layer, head.head)).ToList();
        var found = scores.Where(head => ScoreOfHead(model, head.layer, head.head) > 0).Select(head => (head.layer, head.head)).ToList();
        CollectionAssert.AreEquivalent(expected, found);
        foreach (var (layer, head) in found)
            Assert.AreEqual(scores.First(known => known.layer == layer && known.head == head).Score, ScoreOfHead(model, layer, head), "whole or gone");
    }

    [TestMethod]
    public void Every_layer_loses_as_many_features()
    {
        var model = NewModel();
        var report = Prune(model, new IntermediateFeatures(), 0.7);
        Assert.HasCount(6, report.Layers);
        Assert.IsNull(report.Scores, "those of whole structures are no histogram of weights");
        Assert.IsTrue(report.Layers.All(layer => Math.Abs(layer.Sparsity - 0.7) < 1e-9), report.ToString());
        var smaller = model.WithoutPrunedStructures();
        Assert.AreEqual(12, smaller.Configuration.IntermediateSize);
        Assert.IsTrue(smaller.Parameters.All(parameter => parameter.Mask is null), "nothing of what is left was removed");
    }

    /// <summary>Biases of removed units are not zero, and do not matter.</summary>
    [TestMethod]
    [DynamicData(nameof(Patterns))]
    public void The_smaller_model_computes_the_same_and_is_read_again(MaskPattern pattern)
    {
        var model = NewModel();
        Prune(model, pattern, 0.6);
        var smaller = model.WithoutPrunedStructures();
        Assert.IsLessThan(0.8 * model.ParameterCount, smaller.ParameterCount);
        AssertSame(model.Logits(Texts()), smaller.Logits(Texts()));

        smaller.SaveCompact(_folder);
        AssertSame(model.Logits(Texts()), EncoderModel.Load(_folder, EncoderTasks.TextClassification()).Logits(Texts()));
        using var scoring = SparseModel.Load(_folder);
        AssertSame(model.Predict(Texts()), scoring.Classify(Texts()));
        using var rounded = scoring.WithPrecision(Precision.Int8);
        Assert.IsTrue(model.Predict(Texts()).Zip(rounded.Classify(Texts())).All(pair => Math.Abs(pair.First[0] - pair.Second[0]) < 0.02));
    }

    /// <summary>As Hugging Face lists them: by the numbers that heads had before any was removed, whatever was removed when.</summary>
    [TestMethod]
    public void Heads_that_are_removed_twice_are_listed_by_their_first_numbers()
    {
        var model = NewModel();
        double[][] scores = [.. Enumerable.Range(0, 3).Select(layer => Enumerable.Range(0, 6).Select(head => ScoreOfHead(model, layer, head)).ToArray())];
        Prune(model, new AttentionHeads(), 0.5);
        var once = model.WithoutPrunedStructures();
        Prune(once, new AttentionHeads(), 0.5);
        var twice = once.WithoutPrunedStructures();
        twice.Save(_folder);
        AssertSame(once.Logits(Texts()), twice.Logits(Texts()));
        var read = EncoderModel.Load(_folder, EncoderTasks.TextClassification()).Configuration;
        Assert.AreEqual(18 - 4, read.PrunedHeads.Sum(layer => layer.Value.Count));
        for (int layer = 0; layer < 3; layer++)
        {
            var pruned = read.PrunedHeads[layer];
            CollectionAssert.AllItemsAreUnique(pruned.ToArray());
            Assert.DoesNotContain(Array.IndexOf(scores[layer], scores[layer].Max()), pruned, "the best head of a layer stays");
        }

        string json = File.ReadAllText(Path.Combine(_folder, "config.json"));
        Assert.Contains("\"pruned_heads\"", json);
        Assert.Contains("\"num_attention_heads\": 6", json);
    }

    /// <summary>Features first, then single weights within what is left.</summary>
    [TestMethod]
    public void A_smaller_model_is_pruned_and_trained_further()
    {
        var texts = Texts();
        var model = NewModel();
        var options = new FineTuningOptions { Epochs = 2, BatchSize = 4, LearningRate = 1e-3, Pruning = new PruningOptions { Sparsity = 0.5, Pattern = new IntermediateFeatures() } };
        FineTuner.For(model, options).Run(texts);
        var smaller = model.WithoutPrunedStructures();
        var report = FineTuner.For(smaller, options with { Pruning = new PruningOptions { Sparsity = 0.8 } }).Run(texts).Pruning!;
        Assert.AreEqual(20, smaller.Configuration.IntermediateSize);
        Assert.AreEqual(0.8, report.Sparsity, 1e-3);
        smaller.SaveCompact(_folder);
        AssertSame(smaller.Logits(texts), EncoderModel.Load(_folder, EncoderTasks.TextClassification()).Logits(texts));
    }

    /// <summary>Without removing them, too: what is zero already counts, and stays so.</summary>
    [TestMethod]
    public void A_model_with_zeros_in_whole_features_is_pruned_further()
    {
        var model = NewModel();
        Prune(model, new IntermediateFeatures(), 0.5);
        float[][] before = [.. model.Parameters.Select(parameter => parameter.Values.ToArray())];
        Prune(model, MaskPattern.Unstructured, 0.8);
        Assert.IsTrue(model.Parameters.Zip(before).All(pair => pair.First.Values.ToArray().Zip(pair.Second).All(values => values.Second != 0 || values.First == 0)));
        Prune(model, new IntermediateFeatures(), 0.7);
    }

    [TestMethod]
    [DynamicData(nameof(Patterns))]
    public void The_best_unit_of_a_structure_stays(MaskPattern pattern)
    {
        var model = NewModel();
        Prune(model, pattern, 0.999);
        var shape = model.WithoutPrunedStructures().Configuration;
        Assert.IsTrue(Enumerable.Range(0, 3).All(layer => shape.HeadsIn(layer) >= 1));
        Assert.IsGreaterThanOrEqualTo(1, shape.IntermediateSize);
    }

    [TestMethod]
    public void Networks_whose_structure_is_not_known_are_refused()
    {
        var weights = new IPrunableWeight[] { TestWeight.Random(new Random(1), "w", 8, 8) };
        string message = Assert.ThrowsExactly<ArgumentException>(() => new Pruner(weights, new PruningOptions { Pattern = new AttentionHeads() }, new PruningSchedule(0.5, 0, 1))).Message;
        Assert.Contains("attention heads", message);
        Assert.Contains("w, …", message);
    }

    [TestMethod]
    [DataRow("{ \"0\": [6] }")]
    [DataRow("{ \"0\": [0, 1, 2, 3, 4, 5] }")]
    [DataRow("{ \"0\": [1, 1] }")]
    [DataRow("{ \"3\": [1] }")]
    [DataRow("{ \"0\": \"1\" }")]
    [DataRow("{ \"zero\": [1] }")]
    [DataRow("[1, 2]")]
    public void Impossible_lists_of_pruned_heads_are_refused(string heads)
    {
        NewModel().Save(_folder);
        string path = Path.Combine(_folder, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"num_attention_heads\": 6", $"\"num_attention_heads\": 6, \"pruned_heads\": {heads}", StringComparison.Ordinal));
        var thrown = Assert.Throws<Exception>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification()));
        Assert.IsTrue(thrown is InvalidDataException or ArgumentException, thrown.ToString());
        Assert.Contains("eads", thrown.Message);
    }

    private static EncoderModel<TokenizedText, LabeledText, float[]> NewModel()
    {
        var model = EncoderModel.Create(s_shape, EncoderTasks.TextClassification(["low", "high"]), seed: 4);
        var random = new Random(7);
        foreach (var bias in model.Parameters.Where(parameter => parameter.Kind == ParameterKind.Bias))
            for (int i = 0; i < bias.Count; i++)
                bias.Values[i] = random.NextSingle() - 0.5f;
        return model;
    }

    private static Seven.Reports.PruningReport Prune(EncoderModel model, MaskPattern pattern, double sparsity)
    {
        var options = new PruningOptions { Sparsity = sparsity, Criterion = new MagnitudeCriterion(), Pattern = pattern };
        var pruner = new Pruner(model.Parameters, options, new PruningSchedule(sparsity, 0, 3));
        for (int step = 0; step < 3; step++)
            pruner.Step();
        return pruner.Report();
    }

    private static double ScoreOfHead(EncoderModel model, int layer, int head)
    {
        double score = 0;
        foreach (string part in new[] { "attention.self.query", "attention.self.key", "attention.self.value" })
            score += Enumerable.Range(head * 4 * 24, 4 * 24).Sum(i => Math.Abs(Values(part)[i]));
        float[] output = Values("attention.output.dense");
        return score + Enumerable.Range(0, 24).Sum(row => Enumerable.Range(head * 4, 4).Sum(column => Math.Abs(output[row * 24 + column])));

        float[] Values(string part) => model.Parameters.First(parameter => parameter.Name == $"bert.encoder.layer.{layer}.{part}.weight").Values.ToArray();
    }

    private static LabeledText[] Texts()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, 20).Select(i => new LabeledText { Tokens = [.. Enumerable.Range(0, 3 + i % 8).Select(_ => random.Next(50))], Label = i % 2 })];
    }

    private static void AssertSame(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> found)
    {
        foreach (var (left, right) in expected.Zip(found))
            for (int i = 0; i < left.Length; i++)
                Assert.AreEqual(left[i], right[i], 2e-5);
    }
}
