using System.Text.Json;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;
using Seven.Formats.Safetensors;
using Seven.Tests.Training;
using Seven.Weights;
using TextClassifier = Seven.Encoders.EncoderModel<Seven.Encoders.TokenizedText, Seven.Encoders.LabeledText, float[]>;

namespace Seven.Tests.Files;

/// <summary>Pruned models in compact files: what is saved is loaded, it is small, and what is damaged is refused.</summary>
[TestClass]
public sealed class CompactFileTests
{
    private static readonly Dictionary<string, (Action<Dictionary<string, NamedTensor>> Damage, string Expected)> s_damages = new()
    {
        ["shape"] = (parts => parts["layer.shape"] = NamedTensor.OfLongs("layer.shape", [3, 9]), "compact shape [3 × 9]; expected [2 × 9]"),
        ["shape overflow"] = (parts => parts["layer.shape"] = NamedTensor.OfLongs("layer.shape", [long.MaxValue, long.MaxValue]), "compact shape"),
        ["bitmask shape"] = (parts => parts["layer.bitmask"] = NamedTensor.OfBytes("layer.bitmask", [4], new byte[4]), "expected U8 [2 × 2]"),
        ["too few values"] = (parts => parts["layer.compressed"] = NamedTensor.Of("layer.compressed", [1], new float[] { 1 }), "has 1 values; its bitmask has 2 bits"),
        ["too many values"] = (parts => parts["layer.compressed"] = NamedTensor.Of("layer.compressed", [3], new float[] { 1, 2, 3 }), "has 3 values; its bitmask has 2 bits"),
        ["not finite"] = (parts => parts["layer.compressed"] = NamedTensor.Of("layer.compressed", [2], new float[] { 1, float.NaN }), "finite"),
        ["offsets out of order"] = (parts => parts["layer.row_offsets"] = NamedTensor.OfLongs("layer.row_offsets", [2, 0]), "begins at value 2; by its bitmask expected 0"),
        ["negative offset"] = (parts => parts["layer.row_offsets"] = NamedTensor.OfLongs("layer.row_offsets", [0, -1]), "begins at value -1"),
        ["bits beyond the columns"] = (parts => parts["layer.bitmask"] = NamedTensor.OfBytes("layer.bitmask", [2, 2], new byte[] { 0b10, 0b11, 0, 0 }), "beyond its 9 columns"),
        ["no bitmask"] = (parts => parts.Remove("layer.bitmask"), "no tensor 'layer.bitmask'"),
        ["no offsets"] = (parts => parts.Remove("layer.row_offsets"), "no tensor 'layer.row_offsets'"),
        ["offsets of another type"] = (parts => parts["layer.row_offsets"] = NamedTensor.Of("layer.row_offsets", [2], new float[2]), "expected I64 [2]"),
    };

    private readonly string _folder = TestFolders.Temporary();

    private string WeightsPath => Path.Combine(_folder, "model.safetensors");

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.5)]
    [DataRow(0.97)]
    [DataRow(1.0)]
    public void A_model_is_loaded_as_it_was_saved(double sparsity)
    {
        var model = Pruned(sparsity);
        model.SaveCompact(_folder);
        AssertEqual(model, EncoderModel.Load(_folder, EncoderTasks.TextClassification()), tolerance: 0);
    }

    [TestMethod]
    public void A_matrix_that_would_not_get_smaller_stays_dense()
    {
        Pruned(0.01).SaveCompact(_folder);
        using var file = SafetensorsFile.Open(WeightsPath);
        Assert.IsFalse(file.Header.Tensors.Keys.Any(name => name.EndsWith(".compressed", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Sixteen_bits_round_the_kept_weights_alone()
    {
        var model = Pruned(0.8);
        model.SaveCompact(_folder, ValuePrecision.Float16);
        AssertEqual(model, EncoderModel.Load(_folder, EncoderTasks.TextClassification()), tolerance: 1.0 / 2048);
    }

    [TestMethod]
    public void A_picture_model_keeps_its_convolution_dense()
    {
        var model = EncoderModel.Create(new ImageConfiguration { HiddenSize = 16, Layers = 1, Heads = 2, IntermediateSize = 32, ImageSize = 8, PatchSize = 4 }, EncoderTasks.ImageClassification(["a", "b"]));
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
            Prune(parameter, 0.9, new Random(1));
        model.SaveCompact(_folder);
        using (var file = SafetensorsFile.Open(WeightsPath))
        {
            Assert.Contains("vit.embeddings.patch_embeddings.projection.weight", file.Header.Tensors.Keys);
            Assert.Contains("vit.encoder.layer.0.intermediate.dense.bitmask", file.Header.Tensors.Keys);
        }

        var loaded = EncoderModel.Load(_folder, EncoderTasks.ImageClassification());
        foreach (var (expected, found) in model.Parameters.Zip(loaded.Parameters))
            Assert.IsTrue(expected.Values.SequenceEqual(found.Values), expected.Name);
    }

    [TestMethod]
    public void The_bytes_are_those_of_compressed_tensors()
    {
        // W = [[0 1 0 … 2], [0 … 0]] of 2 rows and 9 columns.
        var dense = new float[18];
        (dense[1], dense[8]) = (1, 2);
        SafetensorsWriter.Write(WeightsPath, [.. BitmaskTensor.Of(PruningMask.OfNonzero(dense), dense, 2, 9).ToFile("layer", ValuePrecision.Float32)]);
        using var file = SafetensorsFile.Open(WeightsPath);
        CollectionAssert.AreEqual(new long[] { 2, 9 }, file.ReadLongs("layer.shape", 2));
        CollectionAssert.AreEqual(new float[] { 1, 2 }, file.ReadVector("layer.compressed"));
        CollectionAssert.AreEqual(new byte[] { 0b10, 0b1, 0, 0 }, file.ReadBytes("layer.bitmask", [2, 2]));
        CollectionAssert.AreEqual(new long[] { 0, 2 }, file.ReadLongs("layer.row_offsets", 2));
    }

    [TestMethod]
    public void The_configuration_names_the_layout()
    {
        var model = Pruned(0.8);
        model.SaveCompact(_folder);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "config.json")));
        var sparsity = json.RootElement.GetProperty("quantization_config").GetProperty("sparsity_config");
        Assert.AreEqual("compressed-tensors", json.RootElement.GetProperty("quantization_config").GetProperty("quant_method").GetString());
        Assert.AreEqual("sparse-bitmask", sparsity.GetProperty("format").GetString());
        Assert.AreEqual(0.8, sparsity.GetProperty("global_sparsity").GetDouble(), 0.01);
        Assert.Contains("bert.encoder.layer.0.attention.self.query", sparsity.GetProperty("targets").EnumerateArray().Select(target => target.GetString()));
    }

    /// <summary>The encoder's matrices alone, of BERT-base's width; its layers are alike, so one of them has the ratio of twelve.</summary>
    [TestMethod]
    [DataRow(0.8, ValuePrecision.Float32, 0.25)]
    [DataRow(0.9, ValuePrecision.Float32, 0.14)]
    [DataRow(0.8, ValuePrecision.Float16, 0.14)]
    [DataRow(0.9, ValuePrecision.Float16, 0.09)]
    public void An_encoder_of_the_width_of_BERT_base_is_small(double sparsity, ValuePrecision precision, double largest)
    {
        var model = EncoderModel.Create(new TextConfiguration { VocabularySize = 4, MaximumTokens = 4, SegmentKinds = 1, Layers = 2 }, EncoderTasks.TextClassification(["a", "b"]));
        var random = new Random(1);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
            Prune(parameter, sparsity, random);
        model.Save(_folder);
        long dense = new FileInfo(WeightsPath).Length;
        model.SaveCompact(_folder, precision);
        double ratio = new FileInfo(WeightsPath).Length / (double)dense;
        Console.WriteLine($"{sparsity:P0} {precision}: {ratio:P2}");
        Assert.IsLessThanOrEqualTo(largest, ratio);
    }

    [TestMethod]
    public void A_weight_too_large_for_sixteen_bits_is_refused_and_the_old_file_stays()
    {
        var model = Pruned(0.8);
        model.SaveCompact(_folder);
        byte[] before = File.ReadAllBytes(WeightsPath);
        var parameter = model.Parameters.First(parameter => parameter.IsPrunable);
        parameter.Values[parameter.Values.IndexOfAnyExcept(0f)] = 1e6f;
        Assert.Contains("float16", Assert.ThrowsExactly<InvalidOperationException>(() => model.SaveCompact(_folder, ValuePrecision.Float16)).Message);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(WeightsPath));
    }

    public static IEnumerable<object[]> Damages => s_damages.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Damages))]
    public void Each_damage_has_its_own_error(string what)
    {
        var (damage, expected) = s_damages[what];
        var dense = new float[18];
        (dense[1], dense[8]) = (1, 2);
        var parts = BitmaskTensor.Of(PruningMask.OfNonzero(dense), dense, 2, 9).ToFile("layer", ValuePrecision.Float32).ToDictionary(part => part.Name);
        damage(parts);
        SafetensorsWriter.Write(WeightsPath, [.. parts.Values]);
        using var file = SafetensorsFile.Open(WeightsPath);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => BitmaskTensor.Read(file, "layer", [2, 9]), what);
        Assert.Contains(expected, error.Message);
        Assert.Contains(WeightsPath, error.Message);
    }

    [TestMethod]
    public void A_newer_version_is_refused()
    {
        var model = Pruned(0.8);
        model.SaveCompact(_folder);
        byte[] bytes = File.ReadAllBytes(WeightsPath);
        int place = bytes.AsSpan().IndexOf("compact_version\":\"1\""u8) + "compact_version\":\"".Length;
        bytes[place] = (byte)'3';
        File.WriteAllBytes(WeightsPath, bytes);
        Assert.Contains("version 3", Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextClassification())).Message);
    }

    [TestMethod]
    public void A_weight_both_compact_and_dense_is_refused()
    {
        SafetensorsWriter.Write(WeightsPath, [NamedTensor.Of("layer.weight", [1], new float[1]), .. BitmaskTensor.Of(PruningMask.None(1), new float[1], 1, 1).ToFile("layer", ValuePrecision.Float32)]);
        using var file = SafetensorsFile.Open(WeightsPath);
        Assert.Contains("both compact and dense", Assert.ThrowsExactly<InvalidDataException>(() => CompactWeights.Find(file, "layer.weight")).Message);
    }

    private static TextClassifier Pruned(double sparsity)
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels));
        var random = new Random(3);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
            Prune(parameter, sparsity, random);
        return model;
    }

    private static void Prune(Parameter parameter, double sparsity, Random random)
    {
        foreach (ref float value in parameter.Values)
            if (random.NextDouble() < sparsity)
                value = 0;
        parameter.MaskZeros();
    }

    private static void AssertEqual(TextClassifier expected, TextClassifier found, double tolerance)
    {
        foreach (var (left, right) in expected.Parameters.Zip(found.Parameters))
            for (int i = 0; i < left.Count; i++)
                Assert.AreEqual(left.Values[i], right.Values[i], tolerance * Math.Abs(left.Values[i]) + (tolerance == 0 ? 0 : 1e-7), left.Name);
    }
}
