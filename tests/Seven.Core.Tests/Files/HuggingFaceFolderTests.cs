using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Encoders.Tasks;
using Seven.Formats.Safetensors;
using Seven.Weights;

namespace Seven.Tests.Files;

/// <summary>Folders as Hugging Face writes them, old and new, and folders that cannot be read.</summary>
[TestClass]
public sealed class HuggingFaceFolderTests
{
    private static readonly TextConfiguration Shape = new()
    {
        VocabularySize = 20,
        MaximumTokens = 8,
        HiddenSize = 8,
        Heads = 2,
        Layers = 1,
        IntermediateSize = 16
    };

    private static readonly string[] s_labels = ["no", "\"yes\""];

    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void What_is_saved_is_loaded()
    {
        var model = EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 7);
        model.Save(_folder);
        var loaded = EncoderModel.Load(_folder, EncoderTasks.TextClassification());
        CollectionAssert.AreEqual(s_labels, loaded.Labels.ToArray());
        AssertEqualWeights(model.Parameters, loaded.Parameters);
    }

    [TestMethod]
    public void An_encoder_alone_with_old_names_loads_for_a_new_task()
    {
        var model = EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 7);
        model.Save(_folder);
        SafetensorsWriter.Write(
            Path.Combine(_folder, "model.safetensors"),
            [.. model.Parameters.Where(parameter => parameter.Name.StartsWith("bert.", StringComparison.Ordinal)).Select(parameter => NamedTensor.Of(
                parameter.Name[5..].Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal),
                parameter.Shape, parameter.Values.ToArray()))]);

        SetClass("BertModel");
        var loaded = EncoderModel.Load(_folder, EncoderTasks.TextClassification(["a", "b", "c"]));

        Assert.HasCount(3, loaded.Logits([new TokenizedText { Tokens = [1] }])[0]);
        AssertEqualWeights([.. model.Parameters.SkipLast(2)], [.. loaded.Parameters.SkipLast(2)]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification())).Message, "holds a BertModel, which has no labels");
        Assert.HasCount(2, EncoderModel.Load(_folder, EncoderTasks.QuestionAnswering()).Logits([new TokenizedText { Tokens = [1] }])[0]);

        // With its head named, a head is expected.
        SetClass("BertForSequenceClassification");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification())).Message, "classifier.weight");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification(s_labels))).Message, "classifier.weight");
    }

    [TestMethod]
    public void A_task_without_a_head_in_the_architecture_names_both()
    {
        EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels)).Save(_folder);
        string message = Assert.ThrowsExactly<ArgumentException>(() => EncoderModel.Load(_folder, EncoderTasks.ImageClassification())).Message;
        Assert.Contains("bert", message);
        Assert.Contains("image classification", message);
        Assert.Contains("vit", Assert.ThrowsExactly<ArgumentException>(() => EncoderModel.Create(new ImageConfiguration(), EncoderTasks.QuestionAnswering())).Message);
    }

    /// <summary>The classifier of tokens has the same name and shape, but serves for nothing.</summary>
    [TestMethod]
    public void The_last_layer_of_another_task_is_not_taken()
    {
        var tokens = EncoderModel.Create(Shape, EncoderTasks.TokenClassification(s_labels), seed: 7);
        tokens.Save(_folder);
        var texts = EncoderModel.Load(_folder, EncoderTasks.TextClassification(s_labels), seed: 8);
        Assert.AreEqual(tokens.Parameters[^2].Name, texts.Parameters[^2].Name);
        Assert.IsFalse(tokens.Parameters[^2].Values.SequenceEqual(texts.Parameters[^2].Values));
        AssertEqualWeights([.. tokens.Parameters.SkipLast(2)], [.. texts.Parameters.SkipLast(4)]);
    }

    [TestMethod]
    [DataRow("bert.encoder.layer.0.output.dense.weight", "")]
    [DataRow("bert.encoder.layer.0.attention.self.query.bias", "")]
    [DataRow("bert.embeddings.word_embeddings.weight", "")]
    [DataRow("bert.encoder.layer.0.output.LayerNorm.weight", "bert.")]
    public void A_folder_without_an_encoders_tensor_is_refused_by_its_name(string missing, string cutPrefix)
    {
        var model = EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 7);
        model.Save(_folder);
        SafetensorsWriter.Write(
            Path.Combine(_folder, "model.safetensors"),
            [.. model.Parameters.Where(parameter => parameter.Name != missing).Select(parameter => NamedTensor.Of(
                parameter.Name.StartsWith("bert.", StringComparison.Ordinal) ? parameter.Name[cutPrefix.Length..] : parameter.Name, parameter.Shape, parameter.Values.ToArray()))]);

        foreach (var labels in new[] { null, new[] { "a", "b", "c" } })
        {
            string message = Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification(labels))).Message;
            Assert.Contains($"it has no tensor '{missing}'", message);
            Assert.Contains(missing["bert.".Length..], message);
        }

        Assert.Contains(missing, Assert.ThrowsExactly<InvalidDataException>(() => Seven.Inference.SparseModel.Load(_folder)).Message);
    }

    [TestMethod]
    public void A_vit_encoder_alone_loads_for_a_new_task()
    {
        var vit = EncoderModel.Create(new ImageConfiguration { ImageSize = 8, PatchSize = 4, HiddenSize = 8, Heads = 2, Layers = 1, IntermediateSize = 16 }, EncoderTasks.ImageClassification(["a", "b"]), seed: 3);
        vit.Save(_folder);
        SafetensorsWriter.Write(
            Path.Combine(_folder, "model.safetensors"),
            [.. vit.Parameters.SkipLast(2).Select(parameter => NamedTensor.Of(parameter.Name["vit.".Length..], parameter.Shape, parameter.Values.ToArray()))]);

        SetClass("ViTModel");
        var loaded = EncoderModel.Load(_folder, EncoderTasks.ImageClassification(["x", "y", "z"]));

        AssertEqualWeights([.. vit.Parameters.SkipLast(2)], [.. loaded.Parameters.SkipLast(2)]);
        Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.ImageClassification()));
    }

    [TestMethod]
    public void Regressors_answerers_and_vits_round_trip()
    {
        var regressor = EncoderModel.Create(Shape, EncoderTasks.TextRegression(), seed: 1);
        regressor.Save(_folder);
        AssertEqualWeights(regressor.Parameters, EncoderModel.Load(_folder, EncoderTasks.TextRegression()).Parameters);

        var answering = EncoderModel.Create(Shape, EncoderTasks.QuestionAnswering(), seed: 2);
        answering.Save(_folder);
        AssertEqualWeights(answering.Parameters, EncoderModel.Load(_folder, EncoderTasks.QuestionAnswering()).Parameters);

        var vit = EncoderModel.Create(new ImageConfiguration { ImageSize = 8, PatchSize = 4, HiddenSize = 8, Heads = 2, Layers = 1, IntermediateSize = 16 }, EncoderTasks.ImageClassification(["a", "b"]), seed: 3);
        vit.Save(_folder);
        AssertEqualWeights(vit.Parameters, EncoderModel.Load(_folder, EncoderTasks.ImageClassification()).Parameters);
        AssertEqualWeights([.. vit.Parameters.SkipLast(2)], [.. EncoderModel.Load(_folder, EncoderTasks.ImageClassification(["x", "y", "z"])).Parameters.SkipLast(2)]);
    }

    [TestMethod]
    [DataRow("vocab_size", "-5", "VocabularySize is -5")]
    [DataRow("vocab_size", "1e40", "expected a whole number")]
    [DataRow("num_attention_heads", "3", "Heads is 3")]
    [DataRow("hidden_size", "\"wide\"", "expected a whole number")]
    [DataRow("hidden_dropout_prob", "1", "HiddenDropout is 1")]
    [DataRow("hidden_act", "\"gelu_new\"", "expected one of gelu, relu")]
    [DataRow("model_type", "\"gpt2\"", "model_type is gpt2; expected one of bert, distilbert, electra, roberta, xlm-roberta, camembert, modernbert, vit, deit")]
    [DataRow("position_embedding_type", "\"relative_key\"", "expected one of absolute")]
    [DataRow("embedding_size", "7", "which projects no vectors")]
    [DataRow("id2label", "{\"0\":\"a\",\"2\":\"b\"}", "the numbers from 0 on")]
    public void A_configuration_that_cannot_be_is_refused(string key, string value, string reason)
    {
        EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels)).Save(_folder);
        string path = Path.Combine(_folder, "config.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!;
        json[key] = System.Text.Json.Nodes.JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());

        var error = Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification()));
        StringAssert.Contains(error.Message, reason);
        StringAssert.Contains(error.Message, path);
    }

    /// <summary>RoBERTa's files count two entries of the table of positions that no text reaches; saved again, they say the same.</summary>
    [TestMethod]
    public void Positions_after_the_paddings_are_counted_as_published_files_count_them()
    {
        var shape = new TextConfiguration { Architecture = Architecture.Roberta, VocabularySize = 60, MaximumTokens = 12, HiddenSize = 16, Heads = 2, Layers = 1, IntermediateSize = 32, PaddingToken = 1, SegmentKinds = 1 };
        var model = EncoderModel.Create(shape, EncoderTasks.TextClassification(s_labels), seed: 2);
        model.Save(_folder);
        string path = Path.Combine(_folder, "config.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!;
        Assert.AreEqual(14, (int)json["max_position_embeddings"]!);
        json.AsObject().Remove("pad_token_id");
        File.WriteAllText(path, json.ToJsonString());
        var loaded = EncoderModel.Load(_folder, EncoderTasks.TextClassification());
        var text = new TokenizedText { Tokens = [0, 7, 1, 9, .. Enumerable.Repeat(5, 20)] };
        Assert.IsTrue(loaded.IsCut(text));
        CollectionAssert.AreEqual(model.Logits([text])[0], loaded.Logits([text])[0]);
        Assert.AreEqual(12, ((TextConfiguration)loaded.Configuration).MaximumTokens);
        Assert.Contains("PaddingToken is null", Assert.ThrowsExactly<ArgumentException>(() => EncoderModel.Create(shape with { PaddingToken = null }, EncoderTasks.TextClassification(s_labels))).Message);
    }

    [TestMethod]
    public void Missing_and_pickled_files_are_named()
    {
        Assert.ThrowsExactly<FileNotFoundException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification()));
        EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels)).Save(_folder);
        File.Delete(Path.Combine(_folder, "model.safetensors"));
        Assert.ThrowsExactly<FileNotFoundException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification()));
        File.WriteAllBytes(Path.Combine(_folder, "pytorch_model.bin"), [0x80, 2]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification())).Message, "safe_serialization=True");
    }

    [TestMethod]
    public void The_last_layer_serves_for_the_same_labels_in_another_order_and_for_no_others()
    {
        var model = EncoderModel.Create(Shape, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 7);
        model.Save(_folder);
        var text = new TokenizedText { Tokens = [1, 5, 9] };
        float[] expected = model.Logits([text])[0];

        var reordered = EncoderModel.Load(_folder, EncoderTasks.TextClassification(["c", "a", "b"]));
        CollectionAssert.AreEqual(new[] { expected[2], expected[0], expected[1] }, reordered.Logits([text])[0]);
        var others = EncoderModel.Load(_folder, EncoderTasks.TextClassification(["x", "y", "z"]), seed: 8);
        AssertEqualWeights([.. model.Parameters.SkipLast(2)], [.. others.Parameters.SkipLast(2)]);
        Assert.IsFalse(model.Parameters[^2].Values.SequenceEqual(others.Parameters[^2].Values), "a layer for other labels starts anew");
    }

    [TestMethod]
    public void The_normalization_of_images_is_read_as_Hugging_Face_writes_it()
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
        Assert.Contains("Mean has 3 values and Deviation 1", Assert.ThrowsExactly<ArgumentException>(() => (read with { Deviation = [1] }).Apply(new float[6])).Message);

        string path = Path.Combine(_folder, "preprocessor_config.json");
        File.WriteAllText(path, """{ "do_rescale": false, "do_normalize": false }""");
        read = PictureNormalization.Load(_folder);
        Assert.AreEqual(1, read.Scale);
        CollectionAssert.AreEqual(new double[3], read.Mean.ToArray());
        foreach (var (json, reason) in new[]
        {
            ("""{ "image_mean": [0.5] }""", "image_mean has 1 values and image_std 3"), ("""{ "image_std": [0.5, 0, 0.5] }""", "expected values above 0"),
            ("""{ "image_mean": "x" }""", "a list of numbers"), ("""{ "image_mean": [0.5, 1e999, 0.5] }""", "a list of numbers"), ("""{ "do_rescale": 3 }""", "true or false"), ("[]", "expected an object"), ("{", "is not JSON"),
        })
        {
            File.WriteAllText(path, json);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => PictureNormalization.Load(_folder)).Message, reason);
        }

        File.Delete(path);
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => PictureNormalization.Load(_folder)).Message, "preprocessor_config.json");
    }

    private void SetClass(string name)
    {
        string path = Path.Combine(_folder, "config.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!;
        json["architectures"] = new System.Text.Json.Nodes.JsonArray(name);
        File.WriteAllText(path, json.ToJsonString());
    }

    private static void AssertEqualWeights(IReadOnlyList<Parameter> expected, IReadOnlyList<Parameter> actual)
    {
        Assert.HasCount(expected.Count, actual);
        foreach (var (a, b) in expected.Zip(actual))
            Assert.IsTrue(a.Name == b.Name && a.Values.SequenceEqual(b.Values), a.Name);
    }
}
