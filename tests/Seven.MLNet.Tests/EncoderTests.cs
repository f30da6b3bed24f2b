using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using ModelReader;
using Seven.Encoders;
using Seven.Inference;
using Seven.MLNet.Encoders.Images;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Tests.Cases;
using Seven.Pruning;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>What a fitted encoder does beside scoring rows one after another.</summary>
[TestClass]
public sealed class EncoderTests
{
    private static readonly MLContext s_context = new(seed: 1);

    private static FineTuningOptions Training => new() { Epochs = 2, BatchSize = 8, LearningRate = 1e-3 };

    public static IEnumerable<object[]> Cases => EncoderCase.All.Select(encoder => new object[] { encoder });

    [TestMethod]
    public void It_learns_what_there_is_to_learn()
    {
        var bert = new BertCase();
        using var texts = bert.Before(s_context).Append(bert.Trainer(s_context, Training with { Epochs = 20 })).Fit(bert.Rows(s_context));
        Assert.IsGreaterThan(0.9, s_context.MulticlassClassification.Evaluate(texts.Transform(bert.Rows(s_context))).MicroAccuracy);

        var vision = new VisionTransformerCase();
        using var images = vision.Before(s_context).Append(vision.Trainer(s_context, Training with { Epochs = 20 })).Fit(vision.Rows(s_context));
        Assert.IsGreaterThan(0.9, s_context.MulticlassClassification.Evaluate(images.Transform(vision.Rows(s_context))).MicroAccuracy);

        var answering = new BertAnsweringCase();
        using var answers = answering.Trainer(s_context, Training with { Epochs = 40 }).Fit(answering.Rows(s_context));
        Assert.IsGreaterThan(0.9, s_context.MulticlassClassification.EvaluateQuestionAnswering(answers.Transform(answering.Rows(s_context)))["exact match"]);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Any_number_of_threads_get_the_same_scores(EncoderCase encoder)
    {
        var rows = encoder.Rows(s_context);
        var model = encoder.Before(s_context).Append(encoder.Trainer(s_context, Training)).Fit(rows);
        string expected = string.Join('\n', ScoreLines.Of(model.Transform(rows)));
        var found = new ConcurrentBag<string>();
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => found.Add(string.Join('\n', ScoreLines.Of(model.Transform(rows)))));
        Assert.HasCount(16, found);
        Assert.IsTrue(found.All(lines => lines == expected));
        model.Dispose();
    }

    [TestMethod]
    public void Threads_go_on_scoring_while_the_network_is_replaced()
    {
        var bert = new BertCase();
        var rows = bert.Rows(s_context);
        var keys = bert.Before(s_context).Fit(rows);
        using var encoder = bert.Trainer(s_context, Training).Fit(keys.Transform(rows));
        string folder = Directory.CreateTempSubdirectory("seven-replaced-").FullName;
        encoder.SaveCompact(folder);
        using var stop = new CancellationTokenSource();
        long scored = 0;
        Task[] scorers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var texts = keys.Transform(rows);
            while (!stop.IsCancellationRequested)
                Interlocked.Add(ref scored, encoder.Transform(texts).GetColumn<float[]>("Score").Count());
        }))];

        var before = encoder.Model;
        for (int i = 0; i < 200 || Interlocked.Read(ref scored) < 2000; i++)
            encoder.Replace(SparseModel.Load(folder));
        stop.Cancel();
        Task.WaitAll(scorers);

        Assert.AreNotSame(before, encoder.Model);
        Assert.HasCount(2, before.Classify([2, 5, 3]));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void Shuffled_rows_keep_their_own_scores()
    {
        var bert = new BertCase();
        var rows = s_context.Data.Cache(bert.Rows(s_context));
        using var model = bert.Before(s_context).Append(bert.Trainer(s_context, Training)).Fit(rows);
        var expected = Scores(model.Transform(rows), null);
        var scored = model.Transform(rows);
        Assert.IsTrue(scored.CanShuffle);
        var shuffled = Scores(scored, new Random(3));
        CollectionAssert.AreNotEqual(expected.Select(row => row.Text).ToArray(), shuffled.Select(row => row.Text).ToArray());
        // Rows of one text are alike.
        var byText = expected.DistinctBy(row => row.Text).ToDictionary(row => row.Text, row => row.Score);
        foreach (var (text, score) in shuffled)
            Assert.AreEqual(byText[text], score, 1e-6);

        static List<(string Text, float Score)> Scores(IDataView scored, Random? random)
        {
            using var cursor = scored.GetRowCursor([scored.Schema["Text"], scored.Schema["Score"]], random);
            var (texts, scores) = (cursor.GetGetter<ReadOnlyMemory<char>>(scored.Schema["Text"]), cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]));
            var (text, score, found) = (default(ReadOnlyMemory<char>), default(VBuffer<float>), new List<(string, float)>());
            while (cursor.MoveNext())
            {
                texts(ref text);
                scores(ref score);
                found.Add((text.ToString(), score.GetItemOrDefault(0)));
            }

            return found;
        }
    }

    [TestMethod]
    public void Scores_are_probabilities_under_the_labels_names()
    {
        var bert = new BertCase();
        var rows = bert.Rows(s_context);
        using var model = bert.Before(s_context).Append(bert.Trainer(s_context, Training)).Fit(rows);
        var scored = model.Transform(rows);

        var names = default(VBuffer<ReadOnlyMemory<char>>);
        scored.Schema["Score"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "positive", "negative" }, names.DenseValues().Select(name => name.ToString()).ToArray());
        scored.Schema["PredictedLabel"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(new[] { "positive", "negative" }, names.DenseValues().Select(name => name.ToString()).ToArray());
        foreach (var (scores, label) in scored.GetColumn<float[]>("Score").Zip(scored.GetColumn<uint>("PredictedLabel")))
        {
            Assert.AreEqual(1, scores.Sum(), 1e-5);
            Assert.AreEqual(scores.Max(), scores[label - 1]);
        }
    }

    [TestMethod]
    public void Permutation_feature_importance_finds_the_pixels_that_matter()
    {
        // Only the first pixel of each plane depends on the class.
        var random = new Random(2);
        var rows = s_context.Data.LoadFromEnumerable(Enumerable.Range(0, 64).Select(i => new SmallImage
        {
            Label = i % 2 == 0 ? "dark" : "light",
            Image = [.. Enumerable.Range(0, 48).Select(pixel => pixel % 16 == 0 ? 250f * (i % 2) : random.Next(20))],
        }).ToList());
        var trainer = s_context.MulticlassClassification.Trainers.VisionTransformer(
            new VisionTransformerOptions { Size = EncoderSize.Tiny, PatchSize = 2, FineTuning = Training with { Epochs = 15 } });
        var keys = s_context.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        using var model = trainer.Fit(keys.Transform(rows));

        var importance = s_context.MulticlassClassification.PermutationFeatureImportance(model, keys.Transform(rows));
        Assert.HasCount(48, importance);
        Assert.AreEqual(0, Enumerable.Range(0, 48).MinBy(pixel => importance[pixel].LogLossReduction.Mean) % 16);
    }

    [TestMethod]
    public void Images_and_the_vectors_that_ExtractPixels_makes_of_them_are_scored_alike()
    {
        string folder = Directory.CreateTempSubdirectory("seven-images-").FullName;
        var random = new Random(6);
        var rows = s_context.Data.LoadFromEnumerable(Enumerable.Range(0, 16).Select(i =>
        {
            byte[] pixels = [.. Enumerable.Range(0, 10 * 6).SelectMany(_ => new[] { (byte)(random.Next(100) + 100 * (i % 2)), (byte)random.Next(256), (byte)random.Next(256), (byte)255 })];
            string path = Path.Combine(folder, $"{i}.png");
            using var image = MLImage.CreateFromPixels(10, 6, MLPixelFormat.Rgba32, pixels);
            image.Save(path);
            return new PathRow { ImagePath = path, Label = i % 2 == 0 ? "a" : "b" };
        }).ToList());
        var images = s_context.Transforms.Conversion.MapValueToKey("Label").Append(s_context.Transforms.LoadImages("Image", null, "ImagePath"))
            .Append(s_context.Transforms.ResizeImages("Image", 8, 8)).Fit(rows).Transform(rows);
        using var model = s_context.MulticlassClassification.Trainers.VisionTransformer(new VisionTransformerOptions { Size = EncoderSize.Tiny, FineTuning = Training }).Fit(images);
        string[] expected = [.. ScoreLines.Of(model.Transform(images))];

        var vectors = s_context.Transforms.ExtractPixels("Image").Fit(images).Transform(images);
        CollectionAssert.AreEqual(expected, ScoreLines.Of(model.Transform(vectors)).ToArray());
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void Pixels_may_be_interleaved_and_of_another_range()
    {
        var shape = new ImageConfiguration { ImageSize = 4, PatchSize = 2, Channels = 3 };
        float[] planes = [.. Enumerable.Range(0, 48).Select(i => (float)i)];
        float[] tangled = [.. Enumerable.Range(0, 48).Select(i => planes[i % 3 * 16 + i / 3])];
        CollectionAssert.AreEqual(planes, new PixelLayout(shape, 255, interleaved: false).Planes(new VBuffer<float>(48, planes)));
        CollectionAssert.AreEqual(planes, new PixelLayout(shape, 255, interleaved: true).Planes(new VBuffer<float>(48, tangled)));
        foreach (var (expected, found) in planes.Zip(new PixelLayout(shape, 1, interleaved: false).Planes(new VBuffer<float>(48, [.. planes.Select(value => value / 255)]))))
            Assert.AreEqual(expected, found, 1e-4);
        // ML.NET may hand out vectors of which only the values that are not zero are there.
        CollectionAssert.AreEqual(planes, new PixelLayout(shape, 255, interleaved: false).Planes(new VBuffer<float>(48, 47, planes[1..], [.. Enumerable.Range(1, 47)])));
        Assert.ThrowsExactly<InvalidDataException>(() => new PixelLayout(shape with { Channels = 4 }, 255, interleaved: false));
    }

    [TestMethod]
    public void Images_are_held_without_loss_and_as_bytes_where_bytes_hold_them()
    {
        float[] levels = [.. Enumerable.Range(0, 256).Select(level => (float)level)];
        var stored = new StoredPicture(levels);
        Assert.IsTrue(stored.IsInBytes);
        stored.Planes().AsSpan().Clear();
        CollectionAssert.AreEqual(levels, stored.Planes(), "a copy was changed");
        foreach (float other in new[] { 0.5f, -1, 256, 254.99998f, float.Epsilon })
        {
            float[] values = [1, other, 2];
            stored = new StoredPicture(values);
            Assert.IsFalse(stored.IsInBytes);
            stored.Planes().AsSpan().Clear();
            CollectionAssert.AreEqual(values, stored.Planes());
        }
    }

    [TestMethod]
    public void Stored_images_are_normalized_to_the_bit_as_others_are()
    {
        var normalization = new PictureNormalization { Mean = [0.485, 0.456, 0.406], Deviation = [0.229, 0.224, 0.225] };
        var random = new Random(7);
        float[] bytes = [.. Enumerable.Range(0, 3 * 400).Select(_ => (float)random.Next(256))], others = [.. bytes.Select(value => value + 0.25f)];
        var examples = new PictureExamples([(new StoredPicture(bytes), 1), (new StoredPicture(others), 0)], normalization);
        Assert.HasCount(2, examples);
        foreach (var (values, label, example) in new[] { (bytes, 1, examples[0]), (others, 0, examples[1]) })
        {
            normalization.Apply(values);
            CollectionAssert.AreEqual(values, example.Pixels.ToArray());
            Assert.AreEqual(label, example.Label);
        }
    }

    [TestMethod]
    public void A_compact_folder_is_scored_by_Seven_Core_and_a_trainer_can_start_from_it()
    {
        foreach (var encoder in EncoderCase.All)
        {
            string folder = Directory.CreateTempSubdirectory("seven-compact-").FullName;
            var rows = encoder.Rows(s_context);
            var trained = encoder.Before(s_context).Append(s_context.Transforms.SevenPrune(encoder.Trainer(s_context, Training), new SevenPruneOptions { Sparsity = 0.5 })).Fit(rows);
            EncoderCase.EncoderIn(trained).SaveCompact(folder);
            using (var scorer = SparseModel.Load(folder))
                Assert.IsGreaterThan(0.4, scorer.Sparsity);

            // A learning rate of almost nothing: what comes out is what went in.
            var again = encoder.Before(s_context).Append(encoder.Trainer(s_context, Training with { Epochs = 1, LearningRate = 1e-12 }, modelFolder: folder)).Fit(rows);
            foreach (var (expected, found) in ScoreLines.Of(trained.Transform(rows)).Zip(ScoreLines.Of(again.Transform(rows))))
                if (expected.Contains(" Score ", StringComparison.Ordinal))
                    encoder.AssertSameScores(expected, found);
            trained.Dispose();
            again.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void A_folders_last_layer_serves_for_its_labels_in_whatever_order()
    {
        string folder = Directory.CreateTempSubdirectory("seven-labels-").FullName;
        var bert = new BertCase();
        using var trained = bert.Before(s_context).Append(bert.Trainer(s_context, Training with { Epochs = 20 })).Fit(bert.Rows(s_context));
        EncoderCase.EncoderIn(trained).SaveCompact(folder);
        double expected = s_context.MulticlassClassification.Evaluate(trained.Transform(bert.Rows(s_context))).MicroAccuracy;

        // The second row first: keys in the other order.
        var reordered = s_context.Data.SkipRows(bert.Rows(s_context), 1);
        using var again = bert.Before(s_context).Append(bert.Trainer(s_context, Training with { Epochs = 1, LearningRate = 1e-12 }, modelFolder: folder)).Fit(reordered);
        CollectionAssert.AreEqual(new[] { "negative", "positive" }, EncoderCase.EncoderIn(again).Model.Labels.ToArray());
        Assert.AreEqual(expected, s_context.MulticlassClassification.Evaluate(again.Transform(bert.Rows(s_context))).MicroAccuracy, 1e-9);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void A_context_that_was_not_told_says_which_call_is_missing()
    {
        var bert = new BertCase();
        var rows = bert.Rows(s_context);
        string path = Path.Combine(Directory.CreateTempSubdirectory("seven-model-").FullName, "model.zip");
        using (var model = bert.Before(s_context).Append(bert.Trainer(s_context, Training with { Epochs = 1 })).Fit(rows))
            s_context.Model.Save(model, rows.Schema, path);

        var other = new MLContext();
        string message = Assert.Throws<Exception>(() => other.Model.Load(path, out _)).ToString();
        Assert.Contains("mlContext.ComponentCatalog.RegisterSeven()", message);
        other.ComponentCatalog.RegisterSeven();
        other.ComponentCatalog.RegisterSeven();
        using var loaded = (IDisposable)other.Model.Load(path, out var schema);
        Assert.IsNotNull(schema.GetColumnOrNull("Text"));
    }

    [TestMethod]
    public void A_loaded_model_can_be_pruned()
    {
        foreach (var encoder in EncoderCase.All)
        {
            var context = encoder.NewContext();
            var rows = encoder.Rows(context);
            string path = Path.Combine(Directory.CreateTempSubdirectory("seven-model-").FullName, "model.zip");
            context.Model.Save(encoder.Before(context).Append(encoder.Trainer(context, Training)).Fit(rows), rows.Schema, path);

            var loaded = context.Model.Load(path, out _);
            var pruned = context.Transforms.SevenPrune(new SevenPruneOptions { Sparsity = 0.9 }).Fit(loaded.Transform(rows));
            Assert.HasCount(2, pruned.History, "as many epochs as it was trained for");
            Assert.AreEqual((long)Math.Floor((1 - 0.9) * pruned.Report.Weights), pruned.Report.Kept);
            Assert.AreEqual(0.9, EncoderCase.EncoderIn(loaded).Model.Sparsity, 1e-4);
        }
    }

    [TestMethod]
    public void A_second_step_prunes_the_same_network_further_and_refuses_less()
    {
        var bert = new BertCase();
        var rows = bert.Before(s_context).Fit(bert.Rows(s_context)).Transform(bert.Rows(s_context));
        using var first = s_context.Transforms.SevenPrune(bert.Trainer(s_context, Training), new SevenPruneOptions { Sparsity = 0.5 }).Fit(rows);
        var second = s_context.Transforms.SevenPrune(new SevenPruneOptions { Sparsity = 0.8, Epochs = 2 }).Fit(first.Transform(rows));
        Assert.AreSame(first.Network, second.Network);
        Assert.AreEqual((long)Math.Floor((1 - 0.8) * second.Report.Weights), second.Report.Kept);
        Assert.Contains("pruned already", Assert.ThrowsExactly<ArgumentException>(() => s_context.Transforms.SevenPrune(0.3).Fit(first.Transform(rows))).Message);
    }

    [TestMethod]
    public void Validation_patience_and_cancelling_work_as_on_the_stock_trainers()
    {
        var bert = new BertCase();
        var rows = bert.Before(s_context).Fit(bert.Rows(s_context)).Transform(bert.Rows(s_context));
        using var patient = s_context.Transforms.SevenPrune(
            bert.Trainer(s_context, Training with { Epochs = 40 }), new SevenPruneOptions { Sparsity = 0.5, ValidationSet = rows, Patience = 2, PruningSteps = StepCount.Steps(5) }).Fit(rows);
        Assert.AreEqual(StopReason.NoImprovement, patient.Stopped);
        Assert.AreEqual(patient.History.Max(epoch => epoch.Evaluation!["accuracy"]), s_context.MulticlassClassification.Evaluate(patient.Transform(rows)).MicroAccuracy, 1e-9);
        Assert.IsNotEmpty(patient.Report.Course);

        using var source = new CancellationTokenSource();
        var context = new MLContext(1);
        context.Log += (_, message) =>
        {
            if (message.RawMessage.StartsWith("Epoch 2", StringComparison.Ordinal))
                source.Cancel();
        };
        using var cancelled = context.Transforms.SevenPrune(bert.Trainer(context, Training with { Epochs = 10 }), new SevenPruneOptions { CancellationToken = source.Token }).Fit(rows);
        Assert.AreEqual(StopReason.Cancelled, cancelled.Stopped);
        Assert.HasCount(2, cancelled.History);
    }

    [TestMethod]
    public void Equal_seeds_give_equal_models()
    {
        var bert = new BertCase();
        var lines = Enumerable.Range(0, 2).Select(_ =>
        {
            var context = new MLContext(seed: 7);
            var rows = bert.Before(context).Fit(bert.Rows(context)).Transform(bert.Rows(context));
            using var model = context.MulticlassClassification.Trainers.Bert(epochs: 1, size: EncoderSize.Tiny).Fit(rows);
            return string.Join('\n', ScoreLines.Of(model.Transform(rows)));
        }).ToList();
        Assert.AreEqual(lines[0], lines[1]);
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }

    public sealed class SmallImage
    {
        public string Label { get; set; } = "";

        [VectorType(48)]
        public float[] Image { get; set; } = [];
    }
}
