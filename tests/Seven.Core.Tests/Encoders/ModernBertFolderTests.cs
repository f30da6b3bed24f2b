using System.Text.Json.Nodes;
using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Encoders.Tasks;
using Seven.Pruning.Patterns;
using Seven.Tests;
using Seven.Training;

namespace Seven.Core.Tests.Encoders;

/// <summary>What published ModernBERTs write in <c>config.json</c>, old and new.</summary>
[TestClass]
public sealed class ModernBertFolderTests
{
    private readonly string _folder = TestFolders.Temporary();
    private readonly string _golden = Path.Combine(TestFolders.Tests, "golden", "modernbert-classification");

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Older_keys_and_newer_ones_mean_the_same()
    {
        var newer = Read(json => { });
        var older = Read(json =>
        {
            json.Remove("rope_parameters");
            json.Remove("layer_types");
            (json["global_rope_theta"], json["local_rope_theta"]) = (160000.0, 10000.0);
        });
        Assert.AreEqual(newer, older);
        Assert.AreEqual(new RotaryPositions { LocalAttention = 6 }, newer.Rotary);
        Assert.AreEqual(160000, Read(json =>
        {
            json.Remove("rope_parameters");
            json["local_rope_theta"] = null;
        }).Rotary.LocalTheta, "null is the others' base");
        Assert.AreEqual(2, Read(json =>
        {
            json.Remove("global_attn_every_n_layers");
            json["layer_types"] = new JsonArray("full_attention", "sliding_attention", "full_attention", "sliding_attention");
        }).Rotary.GlobalEvery);
        Assert.AreEqual(Pooling.Mean, Read(json => json["classifier_pooling"] = "mean").Pooling);
    }

    [TestMethod]
    [DataRow("attention_bias", "true", "attention_bias is true")]
    [DataRow("mlp_bias", "true", "mlp_bias is true")]
    [DataRow("classifier_pooling", "\"max\"", "expected one of cls, mean")]
    [DataRow("rope_parameters", "{ \"full_attention\": { \"rope_type\": \"yarn\" } }", "expected one of default")]
    [DataRow("rope_parameters", "[]", "an object")]
    [DataRow("local_attention", "0", "LocalAttention")]
    [DataRow("hidden_size", "36", "even number")]
    public void What_is_not_known_here_is_refused_by_name(string key, string value, string expected)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Read(json =>
        {
            json[key] = JsonNode.Parse(value);
            json["num_attention_heads"] = 4;
        }));
        Assert.Contains(expected, exception.Message);
    }

    [TestMethod]
    public void Layers_of_another_order_are_refused()
    {
        Assert.Contains("expected full_attention every so many layers", Assert.ThrowsExactly<InvalidDataException>(() => Read(json =>
        {
            json.Remove("global_attn_every_n_layers");
            json["layer_types"] = new JsonArray("full_attention", "sliding_attention", "sliding_attention", "sliding_attention", "full_attention", "full_attention");
        })).Message);
    }

    [TestMethod]
    public void Whole_heads_and_features_are_not_removed_from_matrices_that_hold_several_together()
    {
        var model = EncoderModel.Load(_golden, EncoderTasks.TextClassification());
        LabeledText[] batch = [new() { Tokens = [1, 5, 2], Label = 0 }];
        foreach (MaskPattern pattern in (MaskPattern[])[new AttentionHeads(), new IntermediateFeatures()])
            Assert.Contains("pattern", Assert.Throws<ArgumentException>(() =>
                FineTuner.For(model, new() { Epochs = 1, Pruning = new() { Sparsity = 0.5, Pattern = pattern } }).Run(batch)).Message);
        var report = FineTuner.For(model, new() { Epochs = 6, BatchSize = 1, Pruning = new() { Sparsity = 0.5 } }).Run(batch).Pruning!;
        Assert.AreEqual(0.5, report.Sparsity, 0.01);
    }

    /// <summary>The parts that are multiplied are few, and each query sees all that it may see and nothing else.</summary>
    [TestMethod]
    [DataRow(null, 1000)]
    [DataRow(64, 1000)]
    [DataRow(3, 200)]
    [DataRow(100, 1)]
    [DataRow(100, 129)]
    public void Blocks_cover_every_pair_within_reach_once(int? reach, int length)
    {
        var blocks = new AttentionBlocks(reach);
        var seen = new int[length, length];
        for (int number = 0; number < blocks.Count(length); number++)
        {
            var block = blocks.Of(length, number);
            for (int key = 0; key < block.Keys; key++)
                for (int query = 0; query < block.Queries; query++)
                    if (!blocks.IsHidden(block, key, query))
                        seen[block.FirstKey + key, block.FirstQuery + query]++;
        }

        for (int key = 0; key < length; key++)
            for (int query = 0; query < length; query++)
                Assert.AreEqual(reach is null || Math.Abs(key - query) <= reach ? 1 : 0, seen[key, query], $"{key}, {query}");
        Assert.AreEqual(Math.Min(length, (reach ?? length) + 1), blocks.OfFirst(length).Keys);
    }

    private TextConfiguration Read(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(_golden, "config.json")))!.AsObject();
        change(json);
        File.WriteAllText(Path.Combine(_folder, "config.json"), json.ToJsonString());
        return (TextConfiguration)EncoderFolder.Open(_folder, EncoderTasks.TextClassification()).Configuration;
    }
}
