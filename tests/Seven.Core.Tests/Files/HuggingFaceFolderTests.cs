using Seven.Encoders;
using Seven.Files;

namespace Seven.Tests.Files;

/// <summary>Folders as Hugging Face writes them, old and new, and folders that cannot be read.</summary>
[TestClass]
public sealed class HuggingFaceFolderTests
{
    private static readonly BertConfiguration Shape = new()
    {
        VocabularySize = 20,
        MaximumTokens = 8,
        HiddenSize = 8,
        Heads = 2,
        Layers = 1,
        IntermediateSize = 16,
        Labels = ["no", "\"yes\""],
    };

    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void What_is_saved_is_loaded()
    {
        var model = new BertClassifier(Shape, seed: 7);
        model.Save(_folder);
        var loaded = BertClassifier.Load(_folder);
        CollectionAssert.AreEqual(Shape.Labels.ToArray(), loaded.Configuration.Labels.ToArray());
        AssertEqualWeights(model.Parameters, loaded.Parameters);
    }

    [TestMethod]
    public void An_encoder_alone_with_old_names_loads_for_a_new_task()
    {
        var model = new BertClassifier(Shape, seed: 7);
        model.Save(_folder);
        SafetensorsWriter.Write(
            Path.Combine(_folder, "model.safetensors"),
            [.. model.Parameters.Where(parameter => parameter.Name.StartsWith("bert.", StringComparison.Ordinal)).Select(parameter => NamedTensor.Of(
                parameter.Name[5..].Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal),
                parameter.Shape, parameter.Values.ToArray()))]);

        var loaded = BertClassifier.Load(_folder, labels: ["a", "b", "c"]);

        Assert.HasCount(3, loaded.Predict([new TokenizedText { Tokens = [1] }])[0]);
        AssertEqualWeights([.. model.Parameters.SkipLast(2)], [.. loaded.Parameters.SkipLast(2)]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => BertClassifier.Load(_folder)).Message, "classifier.weight");
    }

    [TestMethod]
    [DataRow("bert.encoder.layer.0.output.dense.weight", "")]
    [DataRow("bert.encoder.layer.0.attention.self.query.bias", "")]
    [DataRow("bert.embeddings.word_embeddings.weight", "")]
    [DataRow("bert.encoder.layer.0.output.LayerNorm.weight", "bert.")]
    public void A_folder_without_an_encoders_tensor_is_refused_by_its_name(string missing, string cutPrefix)
    {
        var model = new BertClassifier(Shape, seed: 7);
        model.Save(_folder);
        SafetensorsWriter.Write(
            Path.Combine(_folder, "model.safetensors"),
            [.. model.Parameters.Where(parameter => parameter.Name != missing).Select(parameter => NamedTensor.Of(
                parameter.Name.StartsWith("bert.", StringComparison.Ordinal) ? parameter.Name[cutPrefix.Length..] : parameter.Name, parameter.Shape, parameter.Values.ToArray()))]);

        foreach (var labels in new[] { null, new[] { "a", "b", "c" } })
        {
            string message = Assert.ThrowsExactly<InvalidDataException>(() => BertClassifier.Load(_folder, labels)).Message;
            Assert.Contains($"it has no tensor '{missing}'", message);
            Assert.Contains(missing["bert.".Length..], message);
        }

        Assert.Contains(missing, Assert.ThrowsExactly<InvalidDataException>(() => Seven.Inference.SparseModel.Load(_folder)).Message);
    }

    [TestMethod]
    public void A_vit_encoder_alone_loads_for_a_new_task()
    {
        var vit = new VitClassifier(new VitConfiguration { ImageSize = 8, PatchSize = 4, HiddenSize = 8, Heads = 2, Layers = 1, IntermediateSize = 16, Labels = ["a", "b"] }, seed: 3);
        vit.Save(_folder);
        SafetensorsWriter.Write(
            Path.Combine(_folder, "model.safetensors"),
            [.. vit.Parameters.SkipLast(2).Select(parameter => NamedTensor.Of(parameter.Name["vit.".Length..], parameter.Shape, parameter.Values.ToArray()))]);

        var loaded = VitClassifier.Load(_folder, labels: ["x", "y", "z"]);

        AssertEqualWeights([.. vit.Parameters.SkipLast(2)], [.. loaded.Parameters.SkipLast(2)]);
        Assert.ThrowsExactly<InvalidDataException>(() => VitClassifier.Load(_folder));
    }

    [TestMethod]
    public void Regressors_answerers_and_vits_round_trip()
    {
        var regressor = new BertRegressor(Shape, seed: 1);
        regressor.Save(_folder);
        AssertEqualWeights(regressor.Parameters, BertRegressor.Load(_folder).Parameters);

        var answering = new BertQuestionAnswering(Shape, seed: 2);
        answering.Save(_folder);
        AssertEqualWeights(answering.Parameters, BertQuestionAnswering.Load(_folder).Parameters);

        var vit = new VitClassifier(new VitConfiguration { ImageSize = 8, PatchSize = 4, HiddenSize = 8, Heads = 2, Layers = 1, IntermediateSize = 16, Labels = ["a", "b"] }, seed: 3);
        vit.Save(_folder);
        AssertEqualWeights(vit.Parameters, VitClassifier.Load(_folder).Parameters);
        AssertEqualWeights([.. vit.Parameters.SkipLast(2)], [.. VitClassifier.Load(_folder, labels: ["x", "y", "z"]).Parameters.SkipLast(2)]);
    }

    [TestMethod]
    [DataRow("vocab_size", "-5", "VocabularySize is -5")]
    [DataRow("vocab_size", "1e40", "expected a whole number")]
    [DataRow("num_attention_heads", "3", "Heads is 3")]
    [DataRow("hidden_size", "\"wide\"", "expected a whole number")]
    [DataRow("hidden_dropout_prob", "1", "HiddenDropout is 1")]
    [DataRow("hidden_act", "\"gelu_new\"", "expected one of gelu, relu")]
    [DataRow("model_type", "\"roberta\"", "expected bert")]
    [DataRow("id2label", "{\"0\":\"a\",\"2\":\"b\"}", "the numbers from 0 on")]
    public void A_configuration_that_cannot_be_is_refused(string key, string value, string reason)
    {
        new BertClassifier(Shape).Save(_folder);
        string path = Path.Combine(_folder, "config.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!;
        json[key] = System.Text.Json.Nodes.JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());

        var error = Assert.ThrowsExactly<InvalidDataException>(() => BertClassifier.Load(_folder));
        StringAssert.Contains(error.Message, reason);
        StringAssert.Contains(error.Message, path);
    }

    [TestMethod]
    public void Missing_and_pickled_files_are_named()
    {
        Assert.ThrowsExactly<FileNotFoundException>(() => BertClassifier.Load(_folder));
        new BertClassifier(Shape).Save(_folder);
        File.Delete(Path.Combine(_folder, "model.safetensors"));
        Assert.ThrowsExactly<FileNotFoundException>(() => BertClassifier.Load(_folder));
        File.WriteAllBytes(Path.Combine(_folder, "pytorch_model.bin"), [0x80, 2]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => BertClassifier.Load(_folder)).Message, "safe_serialization=True");
    }

    [TestMethod]
    public void The_last_layer_serves_for_the_same_labels_in_another_order_and_for_no_others()
    {
        var model = new BertClassifier(Shape with { Labels = ["a", "b", "c"] }, seed: 7);
        model.Save(_folder);
        var text = new TokenizedText { Tokens = [1, 5, 9] };
        float[] expected = model.Predict([text])[0];

        var reordered = BertClassifier.Load(_folder, labels: ["c", "a", "b"]);
        CollectionAssert.AreEqual(new[] { expected[2], expected[0], expected[1] }, reordered.Predict([text])[0]);
        var others = BertClassifier.Load(_folder, labels: ["x", "y", "z"], seed: 8);
        AssertEqualWeights([.. model.Parameters.SkipLast(2)], [.. others.Parameters.SkipLast(2)]);
        Assert.IsFalse(model.Parameters[^2].Values.SequenceEqual(others.Parameters[^2].Values), "a layer for other labels starts anew");
    }

    [TestMethod]
    public void The_normalisation_of_images_is_read_as_Hugging_Face_writes_it()
    {
        var normalization = new PictureNormalization { Mean = [0.1, 0.2, 0.3], Deviation = [0.5, 0.25, 1] };
        normalization.Save(_folder, imageSize: 32);
        var read = PictureNormalization.Load(_folder);
        CollectionAssert.AreEqual(normalization.Mean.ToArray(), read.Mean.ToArray());
        CollectionAssert.AreEqual(normalization.Deviation.ToArray(), read.Deviation.ToArray());
        float[] pixels = [0, 255, 51, 255, 255, 0];
        read.Apply(pixels);
        foreach (var (expected, found) in new[] { -0.2, 1.8, 0.0, 3.2, 0.7, -0.3 }.Zip(pixels))
            Assert.AreEqual(expected, found, 1e-6);
        Assert.ThrowsExactly<ArgumentException>(() => read.Apply(new float[4]));

        string path = Path.Combine(_folder, "preprocessor_config.json");
        File.WriteAllText(path, """{ "do_rescale": false, "do_normalize": false }""");
        read = PictureNormalization.Load(_folder);
        Assert.AreEqual(1, read.Scale);
        CollectionAssert.AreEqual(new double[3], read.Mean.ToArray());
        foreach (var (json, reason) in new[]
        {
            ("""{ "image_mean": [0.5] }""", "image_mean has 1 values and image_std 3"), ("""{ "image_std": [0.5, 0, 0.5] }""", "expected values above 0"),
            ("""{ "image_mean": "x" }""", "a list of numbers"), ("""{ "do_rescale": 3 }""", "true or false"), ("[]", "expected an object"), ("{", "is not JSON"),
        })
        {
            File.WriteAllText(path, json);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => PictureNormalization.Load(_folder)).Message, reason);
        }

        File.Delete(path);
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => PictureNormalization.Load(_folder)).Message, "preprocessor_config.json");
    }

    private static void AssertEqualWeights(IReadOnlyList<Parameter> expected, IReadOnlyList<Parameter> actual)
    {
        Assert.HasCount(expected.Count, actual);
        foreach (var (a, b) in expected.Zip(actual))
            Assert.IsTrue(a.Name == b.Name && a.Values.SequenceEqual(b.Values), a.Name);
    }
}
