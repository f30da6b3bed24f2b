using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.Tokens;

namespace Seven.Tests.Inference;

/// <summary>Models that only score: they give what the trained models give, on many threads, without allocating.</summary>
[TestClass]
public sealed class SparseModelTests
{
    private static readonly TextConfiguration Shape = new()
    {
        VocabularySize = 50,
        MaximumTokens = 48,
        HiddenSize = 64,
        Heads = 4,
        IntermediateSize = 160,
        Layers = 2
    };

    private static readonly string[] s_labels = ["a", "b", "c"];

    [TestMethod]
    [DataRow(0.0, false)]
    [DataRow(0.8, false)]
    [DataRow(0.8, true)]
    public void Text_is_classified_as_by_the_trained_model(double sparsity, bool compact)
    {
        var trained = Pruned(EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 3), sparsity);
        using var model = SparseModel.Load(Saved(trained, compact));
        Assert.IsInstanceOfType<TextClassificationTask>(model.Task);
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, model.Labels.ToArray());
        Assert.AreEqual(sparsity, model.Sparsity, 0.02);

        var texts = Texts(20);
        var together = model.Classify(texts);
        var outputs = trained.Logits(texts);
        for (int i = 0; i < texts.Length; i++)
        {
            float[] alone = model.Classify([.. texts[i].Tokens]);
            Assert.AreEqual(1, alone.Sum(), 1e-5);
            for (int label = 0; label < 3; label++)
            {
                double expected = Math.Exp(outputs[i][label]) / outputs[i].Sum(output => Math.Exp(output));
                Assert.AreEqual(expected, alone[label], 1e-5);
                Assert.AreEqual(expected, together[i][label], 1e-5);
            }
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void What_it_saves_is_what_it_was_read_from_also_while_it_scores(bool compact)
    {
        var trained = Pruned(EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 3), 0.8);
        using var model = SparseModel.Load(Saved(trained), new SparseModelOptions { SparseFrom = 0.5 });
        var texts = Texts(20);
        float[][] expected = model.Classify(texts);
        string folder = TestFolders.Temporary();
        using var stop = new CancellationTokenSource();
        var scoring = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                foreach (var (scores, others) in expected.Zip(model.Classify(texts)))
                    CollectionAssert.AreEqual(scores, others);
        });
        for (int i = 0; i < 5; i++)
        {
            if (compact)
                model.SaveCompact(folder);
            else
                model.Save(folder);
        }

        stop.Cancel();
        scoring.GetAwaiter().GetResult();
        foreach (var (a, b) in trained.Parameters.Zip(EncoderModel.Load(folder, EncoderTasks.TextClassification()).Parameters))
            Assert.IsTrue(a.Values.SequenceEqual(b.Values), a.Name);
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.Save(folder));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void It_takes_over_a_trained_model_and_gives_its_weights_to_another()
    {
        var (trained, same) = (Pruned(EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 3), 0.8), Pruned(EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 3), 0.8));
        using var model = SparseModel.Of(trained, new SparseModelOptions { SparseFrom = 0.5 });
        Assert.AreEqual(0.8, model.Sparsity, 0.02);
        using var read = SparseModel.Load(Saved(same), new SparseModelOptions { SparseFrom = 0.5 });
        foreach (var (expected, found) in read.Classify(Texts(5)).Zip(model.Classify(Texts(5))))
            CollectionAssert.AreEqual(expected, found);

        var another = EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 4);
        model.CopyTo(another.Parameters);
        foreach (var (a, b) in same.Parameters.Zip(another.Parameters))
            Assert.IsTrue(a.Values.SequenceEqual(b.Values), a.Name);
    }

    [TestMethod]
    public void Segments_count()
    {
        var trained = Pruned(EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 3), 0.8);
        foreach (ref float value in trained.Parameters.First(parameter => parameter.Name.Contains("token_type", StringComparison.Ordinal)).Values)
            value *= 50;
        using var model = SparseModel.Load(Saved(trained));
        int[] tokens = [1, 2, 3, 4], segments = [0, 0, 1, 1];
        CollectionAssert.AreNotEqual(model.Classify(tokens), model.Classify(tokens, segments));
        CollectionAssert.AreEqual(model.Classify(tokens), model.Classify(tokens, [0, 0, 0, 0]));
        CollectionAssert.AreEqual(model.Classify(tokens, segments), model.Classify([new TokenizedText { Tokens = tokens, Segments = segments }])[0]);
    }

    [TestMethod]
    public void Answers_numbers_and_images_come_out_too()
    {
        var answering = Pruned(EncoderModel.Create(Shape, EncoderTasks.QuestionAnswering(), seed: 4), 0.7);
        using (var model = SparseModel.Load(Saved(answering)))
        {
            Assert.IsInstanceOfType<QuestionAnsweringTask>(model.Task);
            var texts = Texts(5);
            var expected = answering.Predict(texts);
            var found = model.Answer(texts);
            for (int i = 0; i < texts.Length; i++)
            {
                AssertClose(expected[i].Start, found[i].Start);
                AssertClose(expected[i].End, found[i].End);
                AssertClose(expected[i].End, model.Answer([.. texts[i].Tokens]).End);
            }
        }

        var regressor = Pruned(EncoderModel.Create(Shape, EncoderTasks.TextRegression(), seed: 5), 0.7);
        using (var model = SparseModel.Load(Saved(regressor)))
        {
            Assert.IsInstanceOfType<TextRegressionTask>(model.Task);
            AssertClose([.. regressor.Predict(Texts(5))], model.Rate(Texts(5)));
            Assert.AreEqual(regressor.Predict([new TokenizedText { Tokens = [7, 8] }])[0], model.Rate([7, 8]), 1e-5f);
        }

        var tagger = Pruned(EncoderModel.Create(Shape with { Architecture = Architecture.DistilBert }, EncoderTasks.TokenClassification(s_labels), seed: 6), 0.7);
        using (var model = SparseModel.Load(Saved(tagger)))
        {
            Assert.IsInstanceOfType<TokenClassificationTask>(model.Task);
            foreach (var (expected, found) in tagger.Predict(Texts(5)).Zip(model.ClassifyTokens(Texts(5))))
            {
                Assert.HasCount(expected.Length, found);
                foreach (var (one, other) in expected.Zip(found))
                    AssertClose(one, other);
                Assert.AreEqual(1, found[0].Sum(), 1e-5);
            }
        }

        var vit = Pruned(EncoderModel.Create(new ImageConfiguration { ImageSize = 16, PatchSize = 4, HiddenSize = 32, Heads = 2, IntermediateSize = 64, Layers = 2 }, EncoderTasks.ImageClassification(["x", "y"])), 0.7);
        using (var model = SparseModel.Load(Saved(vit)))
        {
            Assert.IsInstanceOfType<ImageClassificationTask>(model.Task);
            var random = new Random(1);
            Picture[] pictures = [.. Enumerable.Range(0, 4).Select(_ => new Picture { Pixels = Enumerable.Range(0, 3 * 16 * 16).Select(_ => random.NextSingle()).ToArray() })];
            var together = model.Classify(pictures);
            for (int i = 0; i < pictures.Length; i++)
            {
                float[] outputs = vit.Logits([pictures[i]])[0];
                double sum = outputs.Sum(output => Math.Exp(output));
                AssertClose([.. outputs.Select(output => (float)(Math.Exp(output) / sum))], together[i]);
                AssertClose(together[i], model.Classify(pictures[i]));
            }
        }
    }

    [TestMethod]
    [DoNotParallelize]
    public void Eight_threads_with_ten_thousand_requests_get_what_one_thread_gets_in_no_more_memory()
    {
        const int Requests = 10_000;
        using var model = SparseModel.Load(Saved(Pruned(EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 3), 0.85)));
        int[][] texts = [.. Texts(100).Select(text => text.Tokens.ToArray())];
        float[][] expected = [.. texts.Select(tokens => model.Classify(tokens))];
        ScoreAll(1000);
        var (calls, bytes) = model.Held;
        long before = GC.GetTotalMemory(forceFullCollection: true) - bytes;
        ScoreAll(Requests);
        // All results are garbage by now. The memory of as many calls as there were at once stays, whose number depends on the machine's load. A leak of 1 KiB a
        // request would be 10 MiB.
        Assert.IsInRange(calls, 8, model.Held.Calls);
        long growth = GC.GetTotalMemory(forceFullCollection: true) - model.Held.Bytes - before;
        Assert.IsLessThan(4 << 20, growth);

        void ScoreAll(int requests)
        {
            int next = -1;
            bool isRight = true;
            // Threads of their own: what a thread holds for its life goes with it.
            Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(Work))];
            foreach (var thread in threads)
                thread.Start();
            foreach (var thread in threads)
                thread.Join();
            Assert.IsTrue(isRight);

            void Work()
            {
                for (int i; (i = Interlocked.Increment(ref next)) < requests;)
                    isRight &= expected[i % texts.Length].AsSpan().SequenceEqual(model.Classify(texts[i % texts.Length]));
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void A_call_allocates_nothing(int threads)
    {
        using var model = SparseModel.Load(Saved(Pruned(EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 3), 0.85)), new SparseModelOptions { Threads = threads });
        int[] tokens = [.. Texts(6)[5].Tokens];
        var probabilities = new float[3];

        // The runtime's own caches grow now and then during early calls, so that the best of several rounds counts.
        Assert.AreEqual(0, Enumerable.Range(0, 5).Min(_ => AllocatedBytes(calls: 50)));

        long AllocatedBytes(int calls)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < calls; i++)
                model.Classify(tokens, [], probabilities);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [TestMethod]
    [DoNotParallelize]
    public void A_sparse_model_takes_little_memory()
    {
        var shape = Shape with { HiddenSize = 512, IntermediateSize = 2048, Layers = 3 };
        string folder = Saved(Pruned(EncoderModel.Create(shape, EncoderTasks.TextClassification(s_labels)), 0.9), compact: true);
        long dense = Held(new SparseModelOptions { SparseFrom = 1 }), sparse = Held(new SparseModelOptions { SparseFrom = 0.5 });
        Assert.IsLessThan(dense / 3, sparse);

        long Held(SparseModelOptions options)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            using var model = SparseModel.Load(folder, options);
            long held = GC.GetTotalMemory(forceFullCollection: true) - before;
            GC.KeepAlive(model);
            return held;
        }
    }

    [TestMethod]
    public void What_it_cannot_do_is_said()
    {
        string folder = Saved(EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels)));
        var model = SparseModel.Load(folder);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => model.Answer([1])).Message, "is for text classification; expected a model for question answering.");
        Assert.ThrowsExactly<InvalidOperationException>(() => model.Classify(new Picture { Pixels = new float[3] }));
        Assert.ThrowsExactly<ArgumentException>(() => model.Classify(ReadOnlySpan<int>.Empty));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Classify([1, 50]));
        Assert.ThrowsExactly<ArgumentException>(() => model.Classify([1, 2], [0]));
        Assert.ThrowsExactly<ArgumentException>(() => model.Classify([1, 2], [], new float[2]));
        // After a bad request, good ones are answered as before.
        float[] expected = model.Classify([1, 2]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Classify([new TokenizedText { Tokens = [1] }, new TokenizedText { Tokens = [99] }]));
        CollectionAssert.AreEqual(expected, model.Classify([1, 2]));

        model.Dispose();
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.Classify([1]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SparseModel.Load(folder, new SparseModelOptions { SparseFrom = -1 }));
        Assert.ThrowsExactly<FileNotFoundException>(() => SparseModel.Load(Path.Combine(folder, "nothing")));
        string config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("BertForSequenceClassification", "BertForMaskedLM", StringComparison.Ordinal));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SparseModel.Load(folder)).Message, "BertForMaskedLM");
    }

    /// <summary>With the marks around them, and the second text in the second segment.</summary>
    [TestMethod]
    public void Texts_and_pairs_are_rated_as_their_tokens_are()
    {
        string[] tokens = [.. Vocabulary.Special, "a", "fine", "film"];
        string folder = Saved(EncoderModel.Create(Shape with { VocabularySize = tokens.Length }, EncoderTasks.TextRegression(), seed: 5));
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), tokens);
        using var model = SparseModel.Load(folder);
        Assert.AreEqual(model.Rate([2, 5, 6, 3]), model.Rate("a fine"));
        Assert.AreEqual(model.Rate([2, 5, 6, 3, 7, 3], [0, 0, 0, 0, 1, 1]), model.Rate("a fine", "film"));
    }

    private static TokenizedText[] Texts(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => new TokenizedText { Tokens = [.. Enumerable.Range(0, random.Next(1, Shape.MaximumTokens + 5)).Select(_ => random.Next(Shape.VocabularySize))] })];
    }

    private static TModel Pruned<TModel>(TModel model, double sparsity)
        where TModel : EncoderModel
    {
        var random = new Random(2);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
        {
            foreach (ref float value in parameter.Values)
                value = random.NextDouble() < sparsity ? 0 : 5 * value;
            parameter.MaskZeros();
        }
        return model;
    }

    private static string Saved(EncoderModel model, bool compact = true)
    {
        string folder = TestFolders.Temporary();
        if (compact)
            model.SaveCompact(folder);
        else
            model.Save(folder);
        return folder;
    }

    private static void AssertClose(IReadOnlyList<float> expected, IReadOnlyList<float> found)
    {
        Assert.HasCount(expected.Count, found);
        for (int i = 0; i < expected.Count; i++)
            Assert.AreEqual(expected[i], found[i], 1e-5f);
    }
}
