using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.MLNet.Tests.Cases;
using Seven.Tokens;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>Each mistake with an encoder has an error that names what was found and what was expected; rows that cannot be used raise an error or are skipped.</summary>
[TestClass]
public sealed class EncoderBadInputTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly ConcurrentQueue<string> _warnings = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("seven-bad-").FullName;

    private static FineTuningOptions Once => new() { Epochs = 1, BatchSize = 8 };

    [TestInitialize]
    public void KeepWarnings() => _context.Log += (_, message) =>
    {
        if (message.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            _warnings.Enqueue(message.RawMessage);
    };

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_folder_that_is_not_there_is_told_when_the_pipeline_is_written() =>
        Assert.Contains("does not exist", Assert.ThrowsExactly<DirectoryNotFoundException>(() => _context.MulticlassClassification.Trainers.Bert("/no/such/folder")).Message);

    [TestMethod]
    public void Each_file_that_a_folder_lacks_is_named()
    {
        var bert = new BertCase();
        var fit = () => Fit(bert, _folder);
        Assert.Contains("config.json", Assert.ThrowsExactly<FileNotFoundException>(fit).Message);
        WriteBert();
        File.Delete(Path.Combine(_folder, "vocab.txt"));
        Assert.Contains("tokenizer.json, vocab.txt", Assert.ThrowsExactly<FileNotFoundException>(fit).Message);
        WriteBert();
        File.Delete(Path.Combine(_folder, "model.safetensors"));
        Assert.Contains("model.safetensors", Assert.ThrowsExactly<FileNotFoundException>(fit).Message);

        EncoderModel.Create(Vit, EncoderTasks.ImageClassification(s_labels)).Save(_folder);
        Assert.Contains("preprocessor_config.json", Assert.ThrowsExactly<FileNotFoundException>(() => Fit(new VisionTransformerCase(), _folder)).Message);
    }

    [TestMethod]
    public void Another_architecture_is_refused_with_those_that_are_supported()
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{ "model_type": "gpt2" }""");
        Assert.Contains("expected one of bert, distilbert, electra, roberta", Assert.ThrowsExactly<InvalidDataException>(() => Fit(new BertCase(), _folder)).Message);
        EncoderModel.Create(Vit, EncoderTasks.ImageClassification(s_labels)).Save(_folder);
        Assert.Contains("reads images; expected one that reads texts", Assert.ThrowsExactly<InvalidDataException>(() => Fit(new BertCase(), _folder)).Message);
    }

    [TestMethod]
    public void A_vocabulary_of_another_model_is_refused()
    {
        WriteBert();
        File.AppendAllLines(Path.Combine(_folder, "vocab.txt"), ["one", "too", "many"]);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Fit(new BertCase(), _folder)).Message;
        Assert.Contains("vocab_size is 8", message);
        Assert.Contains("11 tokens", message);

        File.WriteAllLines(Path.Combine(_folder, "vocab.txt"), ["a", "b", "c"]);
        Assert.Contains("without [UNK]", Assert.ThrowsExactly<InvalidDataException>(() => Fit(new BertCase(), _folder)).Message);
        File.WriteAllLines(Path.Combine(_folder, "vocab.txt"), [.. Vocabulary.Special, "a", "a"]);
        Assert.Contains("'a' twice", Assert.ThrowsExactly<InvalidDataException>(() => Fit(new BertCase(), _folder)).Message);
    }

    [TestMethod]
    public void Empty_texts_and_spaces_are_texts_without_words()
    {
        var rows = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 16).Select(i => new Sentences.Row { Text = (i % 4) switch { 0 => "", 1 => "  \t\n", 2 => null!, _ => "word" }, Label = i % 4 == 3 ? "a" : "b" }).ToList());
        using var model = new BertCase().Before(_context).Append(new BertCase().Trainer(_context, Once)).Fit(rows);
        foreach (float[] scores in model.Transform(rows).GetColumn<float[]>("Score"))
            Assert.AreEqual(1, scores.Sum(), 1e-5);
    }

    [TestMethod]
    public void A_label_that_training_did_not_see_has_no_key_and_is_judged_by_ML_NETs_rules()
    {
        var bert = new BertCase();
        var train = bert.Rows(_context);
        var test = _context.Data.LoadFromEnumerable(new[] { new Sentences.Row { Text = "good", Label = "unheard of" }, new Sentences.Row { Text = "good", Label = "positive" } });
        var keys = bert.Before(_context).Fit(train);
        using var model = bert.Trainer(_context, Once).Fit(keys.Transform(train));
        var scored = model.Transform(keys.Transform(test));
        CollectionAssert.AreEqual(new uint[] { 0, 1 }, scored.GetColumn<uint>("Label").ToArray());
        Assert.AreEqual(2, _context.MulticlassClassification.Evaluate(scored).ConfusionMatrix.NumberOfClasses);
    }

    [TestMethod]
    public void Rows_without_a_label_are_left_out_and_counted()
    {
        var bert = new BertCase();
        var keys = bert.Before(_context).Fit(_context.Data.TakeRows(bert.Rows(_context), 2));
        var rows = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Sentences.Row { Text = "text", Label = i % 5 == 0 ? "other" : i % 2 == 0 ? "positive" : "negative" }).ToList());
        using var model = bert.Trainer(_context, Once).Fit(keys.Transform(rows));
        Assert.ContainsSingle(warning => warning.StartsWith("4 of 20 rows have no label", StringComparison.Ordinal), _warnings);
        var none = _context.Data.FilterRowsByKeyColumnFraction(keys.Transform(rows), "Label", 0, 1e-9);
        Assert.Contains("no rows", Assert.ThrowsExactly<InvalidOperationException>(() => bert.Trainer(_context, Once).Fit(none)).Message);
        var unlabeled = keys.Transform(_context.Data.LoadFromEnumerable(new[] { new Sentences.Row { Text = "text", Label = "other" } }));
        Assert.Contains("1 of 1 rows have no label", Assert.ThrowsExactly<InvalidOperationException>(() => bert.Trainer(_context, Once).Fit(unlabeled)).Message);

        var pairs = new BertSimilarityCase();
        var scores = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 6).Select(i => new SentencePairs.Row { Sentence1 = "a", Sentence2 = "b", Label = i == 0 ? float.NaN : i }).ToList());
        using var rated = pairs.Trainer(_context, Once).Fit(pairs.Before(_context).Fit(scores).Transform(scores));
        Assert.ContainsSingle(warning => warning.StartsWith("1 of 6 rows have no label", StringComparison.Ordinal), _warnings);
    }

    [TestMethod]
    [DataRow(false, "3 of 9 rows")]
    [DataRow(true, "6 of 9 rows")]
    public void Texts_that_are_cut_are_counted(bool pairs, string expected)
    {
        WriteBert();
        var options = new BertClassificationOptions { FineTuning = Once, ModelFolder = _folder, MaximumTokens = 8, SecondTextColumnName = pairs ? "Label" : null, LabelColumnName = "Key" };
        string[] texts = ["good film", "good bad good film bad", "good bad good film bad good film"];
        var rows = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 9).Select(i => new Sentences.Row { Text = texts[i % 3], Label = i % 2 == 0 ? "good" : "bad" }).ToList());
        using var model = _context.Transforms.Conversion.MapValueToKey("Key", "Label").Append(_context.MulticlassClassification.Trainers.Bert(options)).Fit(rows);
        Assert.ContainsSingle(warning => warning.StartsWith(expected + " have more tokens", StringComparison.Ordinal), _warnings);
    }

    [TestMethod]
    public void Questions_that_are_cut_are_counted()
    {
        var answering = new BertAnsweringCase();
        BertAnsweringCase.Row[] asked = [.. _context.Data.CreateEnumerable<BertAnsweringCase.Row>(answering.Rows(_context), reuseRowObject: false)];
        asked[^1].Question = "Where and why and since when does she live?";
        using var model = answering.Trainer(_context, Once).Fit(_context.Data.LoadFromEnumerable(asked));
        Assert.ContainsSingle(warning => warning.StartsWith("1 of 24 rows have more tokens", StringComparison.Ordinal), _warnings);
    }

    [TestMethod]
    public void An_answer_that_does_not_stand_in_its_context_is_told_or_left_out()
    {
        var answering = new BertAnsweringCase();
        BertAnsweringCase.Row[] good = [.. _context.Data.CreateEnumerable<BertAnsweringCase.Row>(answering.Rows(_context), reuseRowObject: false).Take(6)];
        foreach (var (answer, start) in new[] { ("London", 13), (good[0].TrainingAnswer, 12), (good[0].TrainingAnswer, -1), (good[0].TrainingAnswer, 1000) })
        {
            var rows = _context.Data.LoadFromEnumerable(good.Append(new BertAnsweringCase.Row { Context = good[0].Context, Question = "Where?", TrainingAnswer = answer, AnswerStart = start }).ToList());
            string message = Assert.ThrowsExactly<InvalidDataException>(() => answering.Trainer(_context, Once).Fit(rows)).Message;
            Assert.Contains("of row 6", message);
            Assert.Contains(answer, message);
            using var model = answering.Trainer(_context, Once, UnusableRows.Skip).Fit(rows);
        }

        Assert.AreEqual(4, _warnings.Count(warning => warning.Contains("1 cannot be used", StringComparison.Ordinal)));
        var unanswered = _context.Data.LoadFromEnumerable(good.Append(new BertAnsweringCase.Row { Context = "It is.", Question = "Is it?" }).ToList());
        using var another = answering.Trainer(_context, Once).Fit(unanswered);
        Assert.ContainsSingle(warning => warning.StartsWith("1 of 7 rows have no label", StringComparison.Ordinal), _warnings);
    }

    [TestMethod]
    public void A_vector_of_another_size_is_told_with_the_row()
    {
        var vision = new VisionTransformerCase();
        using var model = vision.Trainer(_context, Once).Fit(vision.Before(_context).Fit(vision.Rows(_context)).Transform(vision.Rows(_context)));
        var rows = _context.Data.LoadFromEnumerable(new[] { new AnySize { Image = new float[192] }, new AnySize { Image = new float[256] } });
        string message = Assert.ThrowsExactly<InvalidDataException>(() => model.Transform(rows).GetColumn<float[]>("Score").ToList()).Message;
        Assert.Contains("row 1", message);
        Assert.Contains("256 values; expected 3 × 8 × 8 = 192", message);

        rows = _context.Data.LoadFromEnumerable(new[] { new AnySize { Image = [.. Enumerable.Repeat(float.NaN, 192)] } });
        Assert.Contains("missing or infinite", Assert.ThrowsExactly<InvalidDataException>(() => model.Transform(rows).GetColumn<float[]>("Score").ToList()).Message);
    }

    [TestMethod]
    public void Images_of_another_size_and_unreadable_files_are_told_with_row_and_path_or_left_out()
    {
        var paths = Enumerable.Range(0, 12).Select(i => WriteImage($"image{i}.png", 8, 8, i % 2 == 0 ? (byte)20 : (byte)220)).ToList();
        string large = WriteImage("large.png", 10, 6, 20), text = Path.Combine(_folder, "text.png"), missing = Path.Combine(_folder, "missing.png");
        File.WriteAllText(text, "no image");
        foreach (var (path, found) in new[] { (large, "10 × 6 pixels; expected 8 × 8"), (text, "text.png"), (missing, "missing.png") })
        {
            var rows = Rows([.. paths, path]);
            var load = _context.Transforms.Conversion.MapValueToKey("Label").Append(_context.Transforms.LoadImages("Image", null, "ImagePath"));
            string message = Assert.ThrowsExactly<InvalidDataException>(() => load.Append(Trainer(UnusableRows.Throw)).Fit(rows)).Message;
            Assert.Contains("row 12", message);
            Assert.Contains(path, message);
            Assert.Contains(found, message);

            using var model = load.Append(Trainer(UnusableRows.Skip)).Fit(rows);
            var scored = model.Transform(rows);
            Assert.AreEqual(0u, scored.GetColumn<uint>("PredictedLabel").Last());
            Assert.IsTrue(scored.GetColumn<float[]>("Score").Last().All(float.IsNaN));
            Assert.IsFalse(scored.GetColumn<float[]>("Score").First().Any(float.IsNaN));
        }

        Assert.AreEqual(3, _warnings.Count(warning => warning.Contains("1 cannot be used", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Gray_images_and_transparent_ones_are_read_as_colored_ones()
    {
        // A gray level is the same in all formats. Pixels that a program made are not multiplied by their alpha, which is ignored.
        string opaque = WriteImage("opaque.png", 8, 8, 130);
        using var image = MLImage.CreateFromFile(opaque);
        byte[] pixels = image.Pixels.ToArray();
        var layout = new Seven.MLNet.Encoders.Images.PixelLayout(Vit, 255, interleaved: false);
        float[] expected = layout.Planes(image);
        Assert.IsTrue(expected.All(value => value == 130));

        for (int i = 3; i < pixels.Length; i += 4)
            pixels[i] = 128;
        using var transparent = MLImage.CreateFromPixels(8, 8, image.PixelFormat, pixels);
        CollectionAssert.AreEqual(expected, layout.Planes(transparent));

        using var gray = MLImage.CreateFromStream(new MemoryStream(GrayPng(130)));
        CollectionAssert.AreEqual(expected, layout.Planes(gray));
        var oneChannel = new Seven.MLNet.Encoders.Images.PixelLayout(Vit with { Channels = 1 }, 255, interleaved: false);
        foreach (float value in oneChannel.Planes(image))
            Assert.AreEqual(130, value, 1e-3);
    }

    [TestMethod]
    public void A_normalization_for_another_number_of_channels_is_refused()
    {
        EncoderModel.Create(Vit, EncoderTasks.ImageClassification(s_labels)).Save(_folder);
        new PictureNormalization { Mean = [0.5], Deviation = [0.5] }.Save(_folder, Vit.ImageSize);
        Assert.Contains("normalizes 1 channels; expected those of the network, 3", Assert.ThrowsExactly<InvalidDataException>(() => Fit(new VisionTransformerCase(), _folder)).Message);
    }

    [TestMethod]
    public void Rows_to_judge_by_or_to_train_further_on_must_have_the_networks_labels()
    {
        var bert = new BertCase();
        var rows = bert.Before(_context).Fit(bert.Rows(_context)).Transform(bert.Rows(_context));
        var others = _context.Data.SkipRows(bert.Rows(_context), 1);
        var reordered = bert.Before(_context).Fit(others).Transform(others);
        var trainer = _context.Transforms.SevenPrune(bert.Trainer(_context, Once), new SevenPruneOptions { ValidationSet = reordered });
        Assert.Contains("negative, positive; expected those of the network, positive, negative", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(rows)).Message);
        using var fitted = bert.Trainer(_context, Once).Fit(rows);
        Assert.Contains("the same fitted MapValueToKey", Assert.ThrowsExactly<InvalidOperationException>(() => _context.Transforms.SevenPrune().Fit(fitted.Transform(reordered))).Message);

        var unlabeled = _context.Data.LoadFromEnumerable(new[] { new AnySize() });
        trainer = _context.Transforms.SevenPrune(bert.Trainer(_context, Once), new SevenPruneOptions { ValidationSet = unlabeled });
        Assert.Contains("Could not find text column 'Text'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(rows)).Message);
    }

    [TestMethod]
    public void Models_are_disposed_as_often_as_one_likes_and_then_not_used()
    {
        var bert = new BertCase();
        var rows = bert.Rows(_context);
        var model = bert.Before(_context).Append(bert.Trainer(_context, Once)).Fit(rows);
        var scored = model.Transform(rows);
        model.Dispose();
        model.Dispose();
        EncoderCase.EncoderIn(model).Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => scored.GetColumn<float[]>("Score").ToList());
        Assert.ThrowsExactly<ObjectDisposedException>(() => EncoderCase.EncoderIn(model).SaveCompact(_folder));
    }

    [TestMethod]
    public void Options_out_of_range_are_told_when_the_pipeline_is_written()
    {
        var trainers = _context.MulticlassClassification.Trainers;
        Assert.Contains("Epochs is 0", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainers.Bert(epochs: 0)).Message);
        Assert.Contains("TextColumnName", Assert.ThrowsExactly<ArgumentException>(() => trainers.Bert(textColumnName: "")).Message);
        Assert.Contains("SevenPrune", Assert.ThrowsExactly<ArgumentException>(() => trainers.Bert(new BertClassificationOptions { FineTuning = new FineTuningOptions { Pruning = new() } })).Message);
        Assert.Contains("MaximumTokens is 3", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainers.Bert(new BertClassificationOptions { MaximumTokens = 3 })).Message);
        Assert.Contains("windows go forward", Assert.ThrowsExactly<ArgumentException>(() => trainers.BertQuestionAnswering(new BertQuestionAnsweringOptions { MaximumTokens = 150 })).Message);
        Assert.Contains("PixelRange is 0", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainers.VisionTransformer(new VisionTransformerOptions { PixelRange = 0 })).Message);
        Assert.Contains("Epochs is 3", Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.SevenPrune(trainers.Bert(), new SevenPruneOptions { Epochs = 3 })).Message);
        foreach (var options in new[] { new BertClassificationOptions { Size = (EncoderSize)9 }, new() { Device = (ComputeDevice)9 }, new() { UnusableRows = (UnusableRows)9 } })
            Assert.Contains("is 9; expected", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainers.Bert(options)).Message);
        string message = Assert.ThrowsExactly<NotSupportedException>(() => _context.Transforms.SevenPrune((IEstimator<ITransformer>)_context.Transforms.CopyColumns("a", "b"))).Message;
        Assert.Contains("Trainers.BertTokenClassification", message);
        Assert.Contains("Text.EmbedText", message);
    }

    [TestMethod]
    public void A_GPU_without_the_package_for_it_names_the_package()
    {
        var rows = new BertCase().Before(_context).Fit(new BertCase().Rows(_context)).Transform(new BertCase().Rows(_context));
        var trainer = _context.MulticlassClassification.Trainers.Bert(new BertClassificationOptions { Device = ComputeDevice.Cuda });
        Assert.Contains("the package Seven.TorchSharp is missing", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(rows)).Message);
    }

    private static ImageConfiguration Vit => new() { ImageSize = 8, PatchSize = 4, HiddenSize = 16, Layers = 1, Heads = 2, IntermediateSize = 16 };

    private static readonly string[] s_labels = ["above", "below"];

    private EncoderTransformer Fit(EncoderCase encoder, string folder)
    {
        var rows = encoder.Rows(_context);
        return encoder.Trainer(_context, Once, modelFolder: folder).Fit(encoder.Before(_context).Fit(rows).Transform(rows));
    }

    private void WriteBert()
    {
        EncoderModel.Create(new TextConfiguration { VocabularySize = 8, HiddenSize = 8, Layers = 1, Heads = 2, IntermediateSize = 8 }, EncoderTasks.TextClassification(["a", "b"])).Save(_folder);
        File.WriteAllLines(Path.Combine(_folder, "vocab.txt"), [.. Vocabulary.Special, "good", "bad", "film"]);
    }

    private EncoderTrainer Trainer(UnusableRows unusable) => _context.MulticlassClassification.Trainers.VisionTransformer(
        new VisionTransformerOptions { FineTuning = Once, Size = EncoderSize.Tiny, UnusableRows = unusable });

    private IDataView Rows(IReadOnlyList<string> paths) =>
        _context.Data.LoadFromEnumerable(paths.Select((path, i) => new PathRow { ImagePath = path, Label = i % 2 == 0 ? "dark" : "light" }).ToList());

    private string WriteImage(string name, int width, int height, byte level)
    {
        byte[] pixels = [.. Enumerable.Range(0, width * height).SelectMany(_ => new byte[] { level, level, level, 255 })];
        string path = Path.Combine(_folder, name);
        using var image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
        image.Save(path);
        return path;
    }

    /// <summary>A PNG of 8 × 8 pixels with one channel.</summary>
    private static byte[] GrayPng(byte level)
    {
        using var bitmap = new SkiaSharp.SKBitmap(8, 8, SkiaSharp.SKColorType.Gray8, SkiaSharp.SKAlphaType.Opaque);
        bitmap.Erase(new SkiaSharp.SKColor(level, level, level));
        using var data = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private sealed class AnySize
    {
        public float[] Image { get; set; } = [];
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
