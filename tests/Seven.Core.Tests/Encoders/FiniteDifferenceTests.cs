using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Encoders.Tasks;
using Seven.Numerics;
using Seven.Training;

namespace Seven.Tests.Encoders;

/// <summary>Every parameter's gradient against the loss's change in its direction, on random small shapes, dropout included.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class FiniteDifferenceTests
{
    public static IEnumerable<object[]> Seeds => Enumerable.Range(0, 6).Select(seed => new object[] { seed });

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Bert_classifier(int seed)
    {
        var random = new Random(seed);
        var shape = Bert(random);
        var model = EncoderModel.Create(shape, EncoderTasks.TextClassification(["a", "b", "c"]), seed);
        LabeledText[] batch = [.. Enumerable.Range(0, 3).Select(_ => new LabeledText { Tokens = Tokens(random, shape), Segments = null, Label = random.Next(3) })];
        CheckAll(model, batch, random);
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Bert_regressor_with_masks_and_segments(int seed)
    {
        var random = new Random(seed);
        var shape = Bert(random);
        var model = EncoderModel.Create(shape, EncoderTasks.TextRegression(), seed);
        ScoredText[] batch = [.. Enumerable.Range(0, 3).Select(_ => Masked(Tokens(random, shape)))];
        CheckAll(model, batch, random);

        ScoredText Masked(int[] tokens) => new()
        {
            Tokens = tokens,
            Segments = [.. tokens.Select(_ => random.Next(2))],
            AttentionMask = [.. tokens.Select((_, i) => i == 0 || random.Next(3) > 0)],
            Score = random.NextSingle() * 5,
        };
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Bert_question_answering(int seed)
    {
        var random = new Random(seed);
        var shape = Bert(random);
        var model = EncoderModel.Create(shape, EncoderTasks.QuestionAnswering(), seed);
        AnsweredText[] batch = [.. Enumerable.Range(0, 2).Select(_ => Answered(Tokens(random, shape)))];
        CheckAll(model, batch, random);

        AnsweredText Answered(int[] tokens)
        {
            int start = random.Next(tokens.Length);
            return new AnsweredText { Tokens = tokens, Start = start, End = random.Next(start, tokens.Length) };
        }
    }

    /// <summary>Texts of several blocks of queries, whose keys overlap.</summary>
    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void ModernBert_with_local_attention_over_long_texts(int seed)
    {
        var random = new Random(seed);
        var shape = Bert(random) with
        {
            Architecture = Architecture.ModernBert,
            Layers = 3,
            MaximumTokens = 160,
            Pooling = seed % 2 == 0 ? Pooling.Mean : Pooling.FirstToken,
            Rotary = new RotaryPositions { GlobalEvery = 2, LocalAttention = 20 },
        };
        shape = shape with { HiddenSize = 4 * shape.Heads };
        var model = EncoderModel.Create(shape, EncoderTasks.TextClassification(["a", "b"]), seed);
        // The norm after it would make much of steps in values as small as start values are.
        foreach (ref float value in model.Parameters.First(parameter => parameter.Name == "head.dense.weight").Values)
            value *= 20;
        LabeledText[] batch = [.. new[] { 150, 5, 70 }.Select((length, i) => new LabeledText
        {
            Tokens = [.. Enumerable.Range(0, length).Select(_ => random.Next(shape.VocabularySize))],
            // A whole neighborhood is hidden, so that some tokens may attend to nothing.
            AttentionMask = i == 0 ? [.. Enumerable.Range(0, length).Select(k => k is < 60 or > 100)] : null,
            Label = i % 2,
        })];
        CheckAll(model, batch, random);
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Text_embeddings_of_first_tokens_and_of_means_normalized_and_not(int seed)
    {
        var random = new Random(seed);
        var shape = Bert(random) with { Pooling = seed % 2 == 0 ? Pooling.Mean : Pooling.FirstToken, NormalizesVectors = seed < 3 };
        var model = EncoderModel.Create(shape, EncoderTasks.TextEmbedding(), seed);
        EmbeddedText[] batch = [.. Enumerable.Range(0, 3).Select(_ => Embedded(Tokens(random, shape)))];
        CheckAll(model, batch, random);

        EmbeddedText Embedded(int[] tokens) => new()
        {
            Tokens = tokens,
            AttentionMask = [.. tokens.Select((_, i) => i == 0 || random.Next(3) > 0)],
            Vector = [.. Enumerable.Range(0, shape.HiddenSize).Select(_ => random.NextSingle() - 0.4f)],
        };
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Vit_with_norms_before_and_after(int seed)
    {
        var random = new Random(seed);
        int heads = random.Next(1, 4);
        var shape = new ImageConfiguration
        {
            ImageSize = 6,
            PatchSize = 3,
            Channels = 2,
            HiddenSize = 6 * heads,
            Heads = heads,
            Layers = 2,
            IntermediateSize = random.Next(5, 30),
            HiddenDropout = 0.1,
            AttentionDropout = 0.2,
            NormEpsilon = 1e-5,
            NormPlacement = seed % 2 == 0 ? NormPlacement.Before : NormPlacement.After,
            Architecture = seed < 3 ? Architecture.Vit : seed < 5 ? Architecture.DeitWithTeacher : Architecture.Deit,
        };
        var model = EncoderModel.Create(shape, EncoderTasks.ImageClassification(["a", "b"]), seed);
        LabeledPicture[] batch = [.. Enumerable.Range(0, 3).Select(_ => new LabeledPicture
        {
            Pixels = Enumerable.Range(0, 2 * 6 * 6).Select(_ => random.NextSingle()).ToArray(), Label = random.Next(2),
        })];
        CheckAll(model, batch, random);
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Bert_token_classification(int seed)
    {
        var random = new Random(seed);
        var shape = Bert(random);
        var model = EncoderModel.Create(shape, EncoderTasks.TokenClassification(["a", "b", "c"]), seed);
        TaggedText[] batch = [.. Enumerable.Range(0, 2).Select(_ => Tagged(Tokens(random, shape)))];
        CheckAll(model, batch, random);

        TaggedText Tagged(int[] tokens) => new() { Tokens = tokens, Labels = [.. tokens.Select(_ => random.Next(4) is < 3 and var label ? label : TaggedText.Ignored)] };
    }

    /// <summary>By the task's own loss, and by that of a teacher, its hidden states and its attention included.</summary>
    private static void CheckAll<TInput, TExample, TOutput>(EncoderModel<TInput, TExample, TOutput> model, IReadOnlyList<TExample> batch, Random random)
        where TExample : class, TInput
    {
        Check(model, model.Task, batch, random);
        string folder = TestFolders.Temporary();
        EncoderModel.Create(model.Configuration, model.Task, seed: random.Next()).Save(folder);
        var distillation = new Distillation { Teacher = Teacher.From(folder), Temperature = 3, Weight = 0.4, HiddenStates = 1.5, Attention = 20 };
        var teacher = TeacherModel<TInput>.Of(distillation.Teacher, model, new FineTuningOptions { Distillation = distillation });
        Check(model, new DistilledObjective<TInput, TExample, TOutput>(model.Task, teacher, distillation), batch, random);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>With projected vectors and GELU in the head, with positions after the padding's, and without heads that were removed.</summary>
    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Classifiers_of_other_architectures(int seed)
    {
        var random = new Random(seed);
        var shape = Bert(random) with { Heads = 5, HiddenSize = 20, PrunedHeads = new Dictionary<int, IReadOnlyList<int>> { [0] = [1, 4] } };
        shape = seed % 2 == 0
            ? shape with { Architecture = Architecture.Electra, EmbeddingSize = random.Next(3, 12) }
            : shape with { Architecture = Architecture.Roberta, PaddingToken = 1, SegmentKinds = 1 };
        var model = EncoderModel.Create(shape, EncoderTasks.TextClassification(["a", "b", "c"]), seed);
        LabeledText[] batch = [.. Enumerable.Range(0, 4).Select(_ => new LabeledText { Tokens = [.. Tokens(random, shape).Select(token => Math.Max(2, token))], Label = random.Next(3) })];
        CheckAll(model, batch, random);
    }

    private static TextConfiguration Bert(Random random)
    {
        int heads = random.Next(1, 4);
        return new TextConfiguration
        {
            VocabularySize = 30,
            MaximumTokens = 12,
            HiddenSize = 5 * heads,
            Heads = heads,
            Layers = random.Next(1, 3),
            IntermediateSize = random.Next(5, 30),
            HiddenDropout = 0.1,
            AttentionDropout = 0.2,
            NormEpsilon = 1e-5,
        };
    }

    private static int[] Tokens(Random random, TextConfiguration shape) =>
        [.. Enumerable.Range(0, random.Next(2, shape.MaximumTokens)).Select(_ => random.Next(shape.VocabularySize))];

    /// <summary>Along a random direction of one parameter, the central difference must be the gradient's component.</summary>
    private static void Check<TInput, TExample>(EncoderModel<TInput> model, IObjective<TExample> objective, IReadOnlyList<TExample> batch, Random random)
        where TExample : class, TInput
    {
        const float Step = 1e-2f;
        var trainer = new Trainer<TInput, TExample>(model, objective, Workers.Of(2));
        foreach (var parameter in model.Parameters)
            foreach (ref float value in parameter.Values)
                value += 0.2f * (random.NextSingle() - 0.5f);
        Gradients.Clear(model.Parameters, Workers.Of(2));
        trainer.AddGradients(batch, 1, dropoutSeed: 9);
        float[][] gradients = [.. model.Parameters.Select(parameter => parameter.Gradient.ToArray())];

        for (int p = 0; p < model.Parameters.Count; p++)
        {
            var parameter = model.Parameters[p];
            float[] start = parameter.Values.ToArray();
            float[] direction = [.. start.Select(_ => random.NextSingle() - 0.5f)];
            double norm = Math.Sqrt(direction.Sum(value => value * value));
            double expected = (LossAt(+Step) - LossAt(-Step)) / (2 * Step);
            double actual = direction.Zip(gradients[p], (d, g) => d / norm * g).Sum();
            start.CopyTo(parameter.Values);
            // The loss is a float, so that its difference over two steps errs by about 1e-5; the curvature adds step².
            Assert.AreEqual(expected, actual, 2e-3 + 0.01 * Math.Abs(expected), parameter.Name);

            double LossAt(float distance)
            {
                for (int i = 0; i < start.Length; i++)
                    model.Parameters[p].Values[i] = start[i] + (float)(distance * direction[i] / norm);
                return trainer.AddGradients(batch, 0, dropoutSeed: 9);
            }
        }
    }
}
