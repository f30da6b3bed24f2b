using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Inference;
using Seven.MLNet;
using Seven.Tests;

namespace Seven.Onnx.Tests;

/// <summary>A pruned model out of ML.NET as ONNX, and back into ML.NET.</summary>
[TestClass]
public sealed class ApplyOnnxModelTests
{
    private const int Length = 16;

    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void ML_NET_scores_the_exported_model_as_it_was()
    {
        var mlContext = new MLContext(seed: 1);
        var rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Sentence { Text = i % 2 == 0 ? $"a fine film {i}" : $"an awful plot {i}", Label = i % 2 == 0 ? "good" : "bad" }));
        using var fitted = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.SevenPrune(mlContext.MulticlassClassification.Trainers.Bert(size: EncoderSize.Tiny, epochs: 2), new SevenPruneOptions { Sparsity = 0.6 })).Fit(rows);
        string folder = _folder, path = Path.Combine(folder, "model.onnx");

        // README begins
        var encoder = (EncoderTransformer)fitted.LastTransformer.Network;
        encoder.SaveOnnx(path);                                                            // the tokenizer's files go beside it; Precision.Int8 rounds
        encoder.SaveCompact(folder);
        using var model = SparseModel.Load(folder);                                        // for its tokenizer

        var tokens = mlContext.Data.LoadFromEnumerable(rows.GetColumn<string>("Text").Select(text => OnnxRow.Of(model.Tokenize(text).Tokens)));
        var sizes = new Dictionary<string, int[]> { ["input_ids"] = [1, Length], ["attention_mask"] = [1, Length], ["token_type_ids"] = [1, Length], ["logits"] = [1, 2] };
        var logits = mlContext.Transforms.ApplyOnnxModel(["logits"], [.. sizes.Keys.Take(3)], path, sizes, gpuDeviceId: null, fallbackToCpu: false).Fit(tokens).Transform(tokens);
        // README ends

        Assert.IsTrue(File.Exists(Path.Combine(_folder, "vocab.txt")));
        foreach (var (expected, found) in fitted.Transform(rows).GetColumn<float[]>("Score").Zip(logits.GetColumn<float[]>("logits")))
        {
            var probabilities = new float[2];
            System.Numerics.Tensors.TensorPrimitives.SoftMax<float>(found, probabilities);
            Assert.AreEqual(expected[0], probabilities[0], 1e-4);
        }
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.Onnx.Tests", "ApplyOnnxModelTests.cs");

    private sealed class Sentence
    {
        public string Text { get; set; } = "";

        public string Label { get; set; } = "";
    }

    /// <summary>Tokens of a text, padded to one length.</summary>
    private sealed class OnnxRow
    {
        [ColumnName("input_ids")]
        [VectorType(1, Length)]
        public long[] Tokens { get; set; } = [];

        [ColumnName("attention_mask")]
        [VectorType(1, Length)]
        public long[] Mask { get; set; } = [];

        [ColumnName("token_type_ids")]
        [VectorType(1, Length)]
        public long[] Segments { get; set; } = [];

        public static OnnxRow Of(IReadOnlyList<int> tokens)
        {
            var row = new OnnxRow { Tokens = new long[Length], Mask = new long[Length], Segments = new long[Length] };
            for (int i = 0; i < Math.Min(tokens.Count, Length); i++)
                (row.Tokens[i], row.Mask[i]) = (tokens[i], 1);
            return row;
        }
    }
}
