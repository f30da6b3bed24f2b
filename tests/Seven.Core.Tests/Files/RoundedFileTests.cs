using System.Text.Json;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;
using Seven.Formats.Safetensors;
using Seven.Inference;
using Seven.Numerics.Simd;
using Seven.Tests.Training;
using Seven.Weights;
using TextClassifier = Seven.Encoders.EncoderModel<Seven.Encoders.TokenizedText, Seven.Encoders.LabeledText, float[]>;

namespace Seven.Tests.Files;

/// <summary>Files with values of 8 and 4 bits: what they hold is scored as it is, they are small, and what is damaged is refused.</summary>
[TestClass]
public sealed class RoundedFileTests
{
    private static readonly Dictionary<string, (Action<Dictionary<string, NamedTensor>> Damage, string Expected)> s_damages = new()
    {
        ["no scales"] = (parts => parts.Remove("layer.weight_scale"), "there is no 'layer.weight_scale'"),
        ["a scale of zero"] = (parts => parts["layer.weight_scale"] = NamedTensor.Of("layer.weight_scale", [2, 1], new float[] { 1, 0 }), "holds 0 for row 1; expected a positive scale"),
        ["a negative scale"] = (parts => parts["layer.weight_scale"] = NamedTensor.Of("layer.weight_scale", [2, 1], new float[] { -1, 1 }), "holds -1 for row 0"),
        ["a scale that is not finite"] = (parts => parts["layer.weight_scale"] = NamedTensor.Of("layer.weight_scale", [2, 1], new[] { 1, float.PositiveInfinity }), "finite"),
        ["too few scales"] = (parts => parts["layer.weight_scale"] = NamedTensor.Of("layer.weight_scale", [1, 1], new float[] { 1 }), "expected [2 × 1]"),
        ["too few values"] = (parts => parts["layer.compressed"] = NamedTensor.OfSignedBytes("layer.compressed", [1], new byte[1]), "has 1 values; its bitmask has 2 bits"),
        ["too few nibbles"] = (parts => parts["layer.compressed"] = NamedTensor.OfBytes("layer.compressed", [0], Array.Empty<byte>()), "expected U8 [1]"),
    };

    private readonly string _folder = TestFolders.Temporary();

    private string WeightsPath => Path.Combine(_folder, "model.safetensors");

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.8)]
    public void In_8_bits_each_weight_is_within_half_a_step_and_the_head_as_it_was(double sparsity)
    {
        const int Largest = 127;
        var model = Pruned(sparsity);
        model.SaveCompact(_folder, ValuePrecision.Int8);
        var loaded = EncoderModel.Load(_folder, EncoderTasks.TextClassification());
        foreach (var (expected, found) in model.Parameters.Zip(loaded.Parameters))
        {
            Assert.AreEqual(model.MayBeInt8(expected), found.WasRounded, expected.Name);
            int columns = expected.Shape[^1];
            for (int i = 0; i < expected.Count; i++)
            {
                float step = found.WasRounded ? expected.Values.Slice(i / columns * columns, columns).ToArray().Max(MathF.Abs) / Largest : 0;
                Assert.AreEqual(expected.Values[i], found.Values[i], 0.501f * step, expected.Name);
            }

            if (sparsity > 0)
                Assert.AreEqual(expected.Mask?.Kept, found.Mask?.Kept, expected.Name);
        }
    }

    /// <summary>In 4 bits a row's largest weights may be cut off, where that makes the sum of squared errors smaller than rounding all of them to steps of the largest / 7.</summary>
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.8)]
    public void In_4_bits_errors_are_no_larger_than_without_cutting_off(double sparsity)
    {
        var model = Pruned(sparsity);
        model.SaveCompact(_folder, ValuePrecision.Int4);
        var loaded = EncoderModel.Load(_folder, EncoderTasks.TextClassification());
        foreach (var (expected, found) in model.Parameters.Zip(loaded.Parameters))
        {
            if (!model.MayBeInt8(expected))
            {
                Assert.IsTrue(expected.Values.SequenceEqual(found.Values), expected.Name);
                continue;
            }

            int columns = expected.Shape[^1];
            for (int start = 0; start < expected.Count; start += columns)
            {
                float[] row = expected.Values.Slice(start, columns).ToArray(), rounded = found.Values.Slice(start, columns).ToArray();
                float step = row.Max(MathF.Abs) / 7;
                double errors = row.Zip(rounded, (left, right) => Math.Pow(left - right, 2)).Sum();
                double plain = step == 0 ? 0 : row.Sum(weight => Math.Pow(weight - step * MathF.Round(weight / step), 2));
                Assert.IsLessThanOrEqualTo(plain * 1.0001 + 1e-12, errors, $"{expected.Name} {start / columns}");
                Assert.IsTrue(row.Zip(rounded, (left, right) => left != 0 || right == 0).All(kept => kept), "pruned weights stay zero");
            }
        }
    }

    /// <summary>Rounding is done once: what was read from a file is written to the same file.</summary>
    [TestMethod]
    [DataRow(ValuePrecision.Int8)]
    [DataRow(ValuePrecision.Int4)]
    public void Saved_again_the_file_is_the_same(ValuePrecision precision)
    {
        Pruned(0.8).SaveCompact(_folder, precision);
        byte[] before = File.ReadAllBytes(WeightsPath);
        EncoderModel.Load(_folder, EncoderTasks.TextClassification()).SaveCompact(_folder, precision);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(WeightsPath));
    }

    /// <summary>What compressed-tensors wrote is read and written back value by value, scale by scale, under the same names.</summary>
    [TestMethod]
    [DataRow("bert-int8")]
    [DataRow("bert-int8-bitmask")]
    public void Files_of_the_Python_library_come_back_as_they_were(string name)
    {
        string source = Path.Combine(TestFolders.Tests, "golden", name);
        EncoderModel.Load(source, EncoderTasks.TextClassification()).SaveCompact(_folder, ValuePrecision.Int8);
        using SafetensorsFile expected = SafetensorsFile.Open(Path.Combine(source, "model.safetensors")), found = SafetensorsFile.Open(WeightsPath);
        int compared = 0;
        foreach (var (tensor, entry) in expected.Header.Tensors)
        {
            if (entry.Type == "I8" && name == "bert-int8-bitmask")
            {
                CollectionAssert.AreEqual(expected.ReadSignedBytes(tensor), found.ReadSignedBytes(tensor), tensor);
                compared++;
            }
            else if (tensor.EndsWith("_scale", StringComparison.Ordinal) && found.Header.Tensors.ContainsKey(tensor))
            {
                int rows = (int)entry.Shape[0];
                float[] scales = QuantizedTensor.ReadScales(expected, tensor, rows), scalesFound = QuantizedTensor.ReadScales(found, tensor, rows);
                // The library gives rows of zeros a scale of 1e-8.
                foreach (int row in Enumerable.Range(0, rows).Where(row => scales[row] > 1e-7f))
                    Assert.AreEqual(scales[row], scalesFound[row], 1e-6f * scales[row], $"{tensor} {row}");
                compared++;
            }
        }

        Assert.IsGreaterThan(10, compared);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "config.json")));
        var section = json.RootElement.GetProperty("quantization_config");
        Assert.AreEqual("int-quantized", section.GetProperty("format").GetString());
        Assert.AreEqual(8, section.GetProperty("config_groups").GetProperty("group_0").GetProperty("weights").GetProperty("num_bits").GetInt32());
        Assert.Contains("bert.pooler.dense", section.GetProperty("ignore").EnumerateArray().Select(ignored => ignored.GetString()));
    }

    /// <summary>The encoder's matrices alone, of BERT-base's width.</summary>
    [TestMethod]
    [DataRow(0.8, ValuePrecision.Int8, 0.09)]
    [DataRow(0.9, ValuePrecision.Int8, 0.06)]
    [DataRow(0.9, ValuePrecision.Int4, 0.046)]
    public void An_encoder_of_the_width_of_BERT_base_is_small(double sparsity, ValuePrecision precision, double largest)
    {
        var model = EncoderModel.Create(new TextConfiguration { VocabularySize = 4, MaximumTokens = 4, SegmentKinds = 1, Layers = 2 }, EncoderTasks.TextClassification(["a", "b"]));
        var random = new Random(1);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
            Prune(parameter, sparsity, random);
        model.SaveCompact(_folder, precision);
        using var file = SafetensorsFile.Open(WeightsPath);
        double bytes = file.Header.Tensors.Where(entry => entry.Key.StartsWith("bert.encoder", StringComparison.Ordinal) && !entry.Key.EndsWith("bias", StringComparison.Ordinal) && !entry.Key.Contains("LayerNorm", StringComparison.Ordinal))
            .Sum(entry => entry.Value.End - entry.Value.Begin);
        double ratio = bytes / model.Parameters.Where(parameter => parameter.IsPrunable && model.MayBeInt8(parameter)).Sum(parameter => (double)sizeof(float) * parameter.Count);
        Console.WriteLine($"{sparsity:P0} {precision}: {ratio:P2}");
        Assert.IsLessThanOrEqualTo(largest, ratio);
    }

    [TestMethod]
    [DataRow(ValuePrecision.Int8)]
    [DataRow(ValuePrecision.Int4)]
    public void A_rounded_folder_is_scored_in_int8_without_being_asked(ValuePrecision precision)
    {
        Pruned(0.8).SaveCompact(_folder, precision);
        int[] tokens = [1, 2, 3, 4, 5];
        using SparseModel automatic = SparseModel.Load(_folder), int8 = Load(Precision.Int8), float32 = Load(Precision.Float32);
        CollectionAssert.AreEqual(int8.Classify(tokens), automatic.Classify(tokens));
        Assert.AreNotEqual(float32.Classify(tokens)[0], automatic.Classify(tokens)[0]);
        Assert.AreEqual(float32.Classify(tokens)[0], automatic.Classify(tokens)[0], ByteWidth.LargestWeight == 127 ? 0.01f : 0.02f);

        SparseModel Load(Precision wanted) => SparseModel.Load(_folder, new SparseModelOptions { Precision = wanted });
    }

    /// <summary>A table of words is a quarter of its size on disk, and its floats are given back once it scores.</summary>
    [TestMethod]
    [DataRow(ValuePrecision.Int8)]
    [DataRow(ValuePrecision.Int4)]
    public void Vectors_of_words_are_bytes_on_disk_and_in_memory(ValuePrecision precision)
    {
        var model = Pruned(0.8);
        model.SaveCompact(_folder, precision);
        using (var file = SafetensorsFile.Open(WeightsPath))
        {
            Assert.AreEqual("I8", file.Header.Tensors["bert.embeddings.word_embeddings.weight"].Type);
            Assert.AreEqual("F32", file.Header.Tensors["bert.embeddings.position_embeddings.weight"].Type);
        }

        var frozen = FrozenNetwork.Read(_folder, new SparseModelOptions());
        Assert.ThrowsExactly<InvalidOperationException>(() => frozen.Model.Parameters[0].Values.Length);
        var floats = EncoderModel.Load(_folder, EncoderTasks.TextClassification()).Parameters[0];
        frozen.WithDenseWeights(() => Assert.IsTrue(floats.Values.SequenceEqual(frozen.Model.Parameters[0].Values)));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "config.json")));
        var group = json.RootElement.GetProperty("quantization_config").GetProperty("config_groups").GetProperty("group_1");
        Assert.AreEqual("bert.embeddings.word_embeddings", group.GetProperty("targets")[0].GetString());
        Assert.AreEqual(8, group.GetProperty("weights").GetProperty("num_bits").GetInt32());
    }

    /// <summary>Dense matrices share their memory while a model is read to score: in all less is allocated than the dense model takes.</summary>
    [TestMethod]
    [DataRow(ValuePrecision.Int8, 0.6)]
    [DataRow(ValuePrecision.Float32, 0.9)]
    public void A_model_that_is_read_to_score_takes_less_memory_than_the_dense_one(ValuePrecision precision, double largest)
    {
        var random = new Random(1);
        var model = EncoderModel.Create(new TextConfiguration { VocabularySize = 4000, MaximumTokens = 16, Layers = 12, HiddenSize = 128, Heads = 2, IntermediateSize = 512 }, EncoderTasks.TextClassification(["a", "b"]));
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
            Prune(parameter, 0.9, random);
        model.SaveCompact(_folder, precision);
        var options = new SparseModelOptions { SparseFrom = 0.5 };
        FrozenNetwork.Read(_folder, options);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var frozen = FrozenNetwork.Read(_folder, options);
        double share = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(sizeof(float) * model.ParameterCount);
        Console.WriteLine($"{share:P0} of the dense model");
        Assert.IsLessThan(largest, share);
        GC.KeepAlive(frozen);
    }

    [TestMethod]
    public void A_folder_of_floats_is_scored_in_floats_without_being_asked()
    {
        var model = Pruned(0.8);
        model.SaveCompact(_folder);
        using var loaded = SparseModel.Load(_folder);
        var text = new TokenizedText { Tokens = [1, 2, 3, 4, 5] };
        Assert.AreEqual(model.Predict([text])[0][0], loaded.Classify([text])[0][0], 1e-6f);
    }

    /// <summary>A model that scores in int8 is saved with the weights that it scores with.</summary>
    [TestMethod]
    public void A_model_that_scores_in_int8_is_saved_and_loaded()
    {
        Pruned(0.8).Save(_folder);
        int[] tokens = [1, 2, 3, 4, 5];
        using var int8 = SparseModel.Load(_folder, new SparseModelOptions { Precision = Precision.Int8 });
        float[] expected = int8.Classify(tokens);
        string copy = Path.Combine(_folder, "copy");
        int8.SaveCompact(copy, ValuePrecision.Int8);
        using var loaded = SparseModel.Load(copy);
        CollectionAssert.AreEqual(expected, loaded.Classify(tokens));
    }

    [TestMethod]
    public void Weights_that_are_not_finite_are_refused_by_name()
    {
        var model = Pruned(0.8);
        model.Parameters.First(parameter => parameter.Name.Contains("intermediate", StringComparison.Ordinal) && parameter.IsPrunable).Values[7] = float.NaN;
        var error = Assert.ThrowsExactly<InvalidDataException>(() => SparseModel.Of(model, new SparseModelOptions { Precision = Precision.Int8 }));
        Assert.Contains("encoder.layer.0.intermediate.dense.weight has values that are not finite", error.Message);
    }

    [TestMethod]
    public void A_precision_that_is_not_known_is_refused() => Assert.Contains("Automatic, Float32, Int8", Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => SparseModel.Of(Pruned(0.5), new SparseModelOptions { Precision = (Precision)9 })).Message);

    public static IEnumerable<object[]> Damages => s_damages.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Damages))]
    public void Each_damage_has_its_own_error(string what)
    {
        var (damage, expected) = s_damages[what];
        var dense = new float[18];
        (dense[1], dense[8]) = (1, 2);
        var parts = BitmaskTensor.Of(PruningMask.OfNonzero(dense), dense, 2, 9).ToFile("layer", ValuePrecision.Int8).ToDictionary(part => part.Name);
        damage(parts);
        SafetensorsWriter.Write(WeightsPath, [.. parts.Values]);
        using var file = SafetensorsFile.Open(WeightsPath);
        Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => BitmaskTensor.Read(file, "layer", [2, 9]), what).Message);
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
            value = random.NextDouble() < sparsity ? 0 : random.NextSingle() - 0.5f;
        parameter.MaskZeros();
    }
}
