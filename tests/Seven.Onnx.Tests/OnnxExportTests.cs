using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Encoders.Tasks;
using Seven.Export;
using Seven.Inference;
using Seven.Pruning.Patterns;
using Seven.Tests;
using Seven.Weights;

namespace Seven.Onnx.Tests;

/// <summary>Each architecture and task as an ONNX file, by ONNX Runtime.</summary>
[TestClass]
public sealed class OnnxExportTests
{
    private const int Vocabulary = 40;

    private readonly string _folder = TestFolders.Temporary();

    /// <summary>Every architecture with every task that it has a head for.</summary>
    public static IEnumerable<object[]> Cases =>
        from architecture in Architecture.All
        from head in architecture.Heads.Keys
        from variant in new[] { "usual", "odd" }
        select new object[] { architecture.ClassOf(head), variant };

    private string File => Path.Combine(_folder, "model.onnx");

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void In_float32_ONNX_Runtime_computes_the_same(string className, string variant)
    {
        var model = NewModel(className, isOdd: variant == "odd");
        model.SaveOnnx(File);
        AssertSame(model, tolerance: 1e-4);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void With_operators_of_its_own_it_computes_the_same(string className, string variant)
    {
        var model = NewModel(className, isOdd: variant == "odd");
        model.SaveOnnx(File, useContribOperators: true);
        AssertSame(model, tolerance: 1e-4);
        model.SaveOnnx(File, Precision.Int8, useContribOperators: true);
        AssertSame(model, tolerance: 0.1);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void In_int8_it_computes_nearly_the_same_in_a_smaller_file(string className, string variant)
    {
        var model = NewModel(className, isOdd: variant == "odd");
        model.SaveOnnx(File);
        long whole = new FileInfo(File).Length;
        model.SaveOnnx(File, Precision.Int8);
        Assert.IsLessThan(0.75 * whole, new FileInfo(File).Length);
        AssertSame(model, tolerance: 0.1);
    }

    /// <summary>Each parameter is what it was; in int8, what it was rounded to.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_file_is_read_back_into_a_folder(string className, string variant)
    {
        var model = NewModel(className, isOdd: variant == "odd");
        foreach (var (precision, tolerance) in new[] { (Precision.Float32, 0f), (Precision.Int8, 0.01f) })
        {
            string folder = Path.Combine(_folder, precision.ToString());
            model.SaveOnnx(File, precision);
            OnnxImport.SaveFolder(File, folder);
            var back = EncoderModel.LoadForScoring(folder, (shape, _) => shape, _ => { }, (_, _) => { });
            Assert.AreEqual(className, back.Configuration.Architecture.ClassOf(back.EncoderTask.Head));
            CollectionAssert.AreEqual(model.Labels.ToArray(), back.Labels.ToArray());
            foreach (var (one, other) in model.Parameters.Zip(back.Parameters))
            {
                float largest = one.Values.ToArray().Max(Math.Abs);
                for (int i = 0; i < one.Count; i++)
                    Assert.AreEqual(one.Values[i], other.Values[i], tolerance * largest, one.Name);
            }
        }
    }

    [TestMethod]
    public void Embeddings_keep_their_pooling_and_pruned_weights_their_masks()
    {
        var model = (EncoderModel<TokenizedText, EmbeddedText, float[]>)NewModel("BertModel", isOdd: false);
        var matrix = model.Parameters.First(parameter => parameter.IsPrunable);
        matrix.Values[..(matrix.Count * 9 / 10)].Clear();
        matrix.MaskZeros();
        model.SaveOnnx(File);
        string folder = Path.Combine(_folder, "back");
        OnnxImport.SaveFolder(File, folder);
        using SparseModel one = SparseModel.Of(model), other = SparseModel.Load(folder);
        var (shape, found) = ((TextConfiguration)one.Configuration, (TextConfiguration)other.Configuration);
        Assert.AreEqual((shape.Pooling, shape.NormalizesVectors), (found.Pooling, found.NormalizesVectors));
        Assert.AreEqual(one.Sparsity, other.Sparsity);
    }

    [TestMethod]
    [DataRow("other program", "has no config.json in its metadata")]
    [DataRow("own operators", "it has no tensor")]
    [DataRow("half", "")]
    [DataRow("text", "is no ONNX file")]
    [DataRow("empty", "has no config.json in its metadata")]
    public void What_cannot_be_read_back_is_refused(string fault, string expected)
    {
        NewModel("BertForSequenceClassification", isOdd: false).SaveOnnx(File, useContribOperators: fault == "own operators");
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, fault switch
        {
            "other program" => bytes.AsSpan().IndexOf("config.json"u8) is var place ? [.. bytes[..place], (byte)'C', .. bytes[(place + 1)..]] : bytes,
            "half" => bytes[..(bytes.Length / 2)],
            "text" => "{\"this\": \"is JSON\"}"u8.ToArray(),
            "empty" => [],
            _ => bytes,
        });
        string folder = Path.Combine(_folder, "back");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => OnnxImport.SaveFolder(File, folder)).Message, expected);
        Assert.IsFalse(Directory.Exists(folder));
    }

    /// <summary>Damage anywhere is refused by name, or leaves a model that loads: nothing else is thrown, and memory is asked for what the file holds.</summary>
    [TestMethod]
    public void Damaged_files_are_refused_or_read()
    {
        NewModel("BertForSequenceClassification", isOdd: false).SaveOnnx(File, Precision.Int8);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. bytes];
            for (int change = random.Next(1, 4); change > 0; change--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            System.IO.File.WriteAllBytes(File, damaged[..(i % 3 == 0 ? random.Next(1, damaged.Length) : damaged.Length)]);
            try
            {
                OnnxImport.SaveFolder(File, Path.Combine(_folder, "back"));
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [TestMethod]
    public void Pruned_weights_are_zeros_in_both_and_removed_heads_are_not_there()
    {
        var model = (EncoderModel<TokenizedText, LabeledText, float[]>)NewModel("BertForSequenceClassification", isOdd: false);
        var options = new Seven.Training.FineTuningOptions { Epochs = 1, BatchSize = 4, Pruning = new() { Sparsity = 0.5, Pattern = new AttentionHeads() } };
        LabeledText[] examples = [.. Texts(model.Configuration).Select((text, i) => new LabeledText { Tokens = text.Tokens, Label = i % 3 })];
        Seven.Training.FineTuner.For(model, options).Run([.. Enumerable.Repeat(examples, 20).SelectMany(some => some)]);
        var smaller = model.WithoutPrunedStructures();
        Assert.IsNotEmpty(smaller.Configuration.PrunedHeads);
        smaller.SaveOnnx(File);
        AssertSame(model, 1e-4);
    }

    [TestMethod]
    public void The_file_names_labels_and_the_tokenizer_lies_beside_it()
    {
        NewModel("BertForSequenceClassification", isOdd: false).Save(_folder);
        System.IO.File.WriteAllLines(Path.Combine(_folder, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"]);
        using var model = SparseModel.Load(_folder);
        string elsewhere = Path.Combine(_folder, "onnx");
        model.SaveOnnx(Path.Combine(elsewhere, "model.onnx"));
        Assert.IsTrue(System.IO.File.Exists(Path.Combine(elsewhere, "vocab.txt")));
        using var file = new OnnxFile(Path.Combine(elsewhere, "model.onnx"));
        Assert.AreEqual("x\ny\nz", file.Metadata["labels"]);
        CollectionAssert.AreEquivalent(new[] { "input_ids", "attention_mask", "token_type_ids" }, file.Inputs.ToArray());
    }

    private void AssertSame(EncoderModel model, double tolerance)
    {
        using var file = new OnnxFile(File);
        if (model is EncoderModel<Picture> images)
        {
            var shape = (ImageConfiguration)model.Configuration;
            var pictures = Pictures(shape);
            Compare(images.Logits(pictures).SelectMany(row => row), file.Run(pictures, shape)["logits"].Values, tolerance);
            return;
        }

        var texts = Texts(model.Configuration);
        var expected = ((EncoderModel<TokenizedText>)model).Logits(texts);
        var found = file.Run(texts, ((TextConfiguration)model.Configuration).PaddingToken ?? 0);
        for (int i = 0; i < texts.Length; i++)
        {
            int length = texts[i].Tokens.Count;
            // Engine: outputs by tokens; ONNX: tokens by outputs, of a text that is padded.
            if (model.EncoderTask is QuestionAnsweringTask)
                Compare(expected[i], [.. Row(found["start_logits"], i)[..length], .. Row(found["end_logits"], i)[..length]], tolerance);
            else if (model.EncoderTask.IsPerToken)
                Compare(Enumerable.Range(0, length).SelectMany(token => Enumerable.Range(0, 3).Select(label => expected[i][label * length + token])), Row(found["logits"], i)[..(3 * length)], tolerance);
            else
                Compare(expected[i], Row(found.Values.Single(), i), tolerance);
        }
    }

    private static float[] Row((float[] Values, long[] Shape) output, int row)
    {
        int length = output.Values.Length / (int)output.Shape[0];
        return output.Values[(row * length)..((row + 1) * length)];
    }

    private static void Compare(IEnumerable<float> expected, float[] found, double tolerance)
    {
        float[] wanted = [.. expected];
        Assert.HasCount(wanted.Length, found);
        double size = Math.Max(1, wanted.Max(Math.Abs));
        for (int i = 0; i < wanted.Length; i++)
            Assert.AreEqual(wanted[i], found[i], tolerance * size, $"output {i}");
    }

    private static EncoderModel NewModel(string className, bool isOdd)
    {
        var (architecture, head) = Architecture.All.SelectMany(known => known.Heads.Keys.Select(head => (known, head))).First(pair => pair.known.ClassOf(pair.head) == className);
        EncoderTask task = EncoderTask.Of(head, ["x", "y", "z"]);
        var model = task.NewModel(Shape(architecture, isOdd), new Seven.Encoders.Layers.WeightInitializer(seed: 5));
        var random = new Random(3);
        // Start values are so small that a wrong layer would not show.
        foreach (var parameter in model.Parameters)
            foreach (ref float value in parameter.Values)
                value = parameter.Kind == ParameterKind.Normalization ? value + 0.2f * (random.NextSingle() - 0.5f) : 0.5f * (random.NextSingle() - 0.5f);
        return model;
    }

    private static EncoderConfiguration Shape(Architecture architecture, bool isOdd)
    {
        if (architecture.Input is ImageNames)
            return new ImageConfiguration { Architecture = architecture, ImageSize = 12, PatchSize = 4, Channels = isOdd ? 1 : 3, HiddenSize = 24, Layers = 2, Heads = 4, IntermediateSize = 40 };
        var shape = new TextConfiguration
        {
            Architecture = architecture,
            VocabularySize = Vocabulary,
            MaximumTokens = 24,
            HiddenSize = 24,
            Layers = 2,
            Heads = 4,
            IntermediateSize = 40,
            NormEpsilon = architecture.Keys.NormEpsilon is null ? 1e-12 : 1e-5,
            SegmentKinds = architecture.ModelType.Contains("roberta", StringComparison.Ordinal) || architecture == Architecture.Camembert ? 1 : 2,
            PaddingToken = 1,
            Pooling = isOdd ? Pooling.Mean : Pooling.FirstToken,
            NormalizesVectors = isOdd,
            Rotary = new RotaryPositions { LocalAttention = 6, GlobalEvery = 2 },
        };
        return isOdd && ((TextNames)architecture.Input).Projection is not null ? shape with { EmbeddingSize = 16, Activation = Activation.Relu } : shape;
    }

    /// <summary>Texts of several lengths, one of them with tokens that none may attend to.</summary>
    private static TokenizedText[] Texts(EncoderConfiguration shape)
    {
        var random = new Random(8);
        bool hasSegments = ((TextConfiguration)shape).SegmentKinds > 1;
        return [.. new[] { 9, 4, 13 }.Select((length, i) => new TokenizedText
        {
            Tokens = [.. Enumerable.Range(0, length).Select(_ => random.Next(2, Vocabulary))],
            Segments = hasSegments ? [.. Enumerable.Range(0, length).Select(k => k > 3 ? 1 : 0)] : null,
            AttentionMask = i == 2 ? [.. Enumerable.Range(0, length).Select(k => k != 5)] : null,
        })];
    }

    private static Picture[] Pictures(ImageConfiguration shape)
    {
        var random = new Random(8);
        return [.. Enumerable.Range(0, 3).Select(_ => new Picture { Pixels = Enumerable.Range(0, shape.Channels * shape.ImageSize * shape.ImageSize).Select(_ => random.NextSingle() - 0.5f).ToArray() })];
    }
}
