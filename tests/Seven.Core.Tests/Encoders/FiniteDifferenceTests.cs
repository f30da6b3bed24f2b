using Seven.Encoders;
using Seven.Numerics;
using Seven.Training;
using Seven.Training.Objectives;

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
        var shape = Bert(random) with { Labels = ["a", "b", "c"] };
        var model = new BertClassifier(shape, seed);
        LabelledText[] batch = [.. Enumerable.Range(0, 3).Select(_ => new LabelledText { Tokens = Tokens(random, shape), Segments = null, Label = random.Next(3) })];
        Check(model, new ClassificationObjective<LabelledText>(3, text => text.Label), batch, random);
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Bert_regressor_with_masks_and_segments(int seed)
    {
        var random = new Random(seed);
        var shape = Bert(random);
        var model = new BertRegressor(shape, seed);
        ScoredText[] batch = [.. Enumerable.Range(0, 3).Select(_ => Masked(Tokens(random, shape)))];
        Check(model, new RegressionObjective(), batch, random);

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
        var model = new BertQuestionAnswering(shape, seed);
        AnsweredText[] batch = [.. Enumerable.Range(0, 2).Select(_ => Answered(Tokens(random, shape)))];
        Check(model, new SpanObjective(), batch, random);

        AnsweredText Answered(int[] tokens)
        {
            int start = random.Next(tokens.Length);
            return new AnsweredText { Tokens = tokens, Start = start, End = random.Next(start, tokens.Length) };
        }
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Vit_with_norms_before_and_after(int seed)
    {
        var random = new Random(seed);
        int heads = random.Next(1, 4);
        var shape = new VitConfiguration
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
            Labels = ["a", "b"],
            NormEpsilon = 1e-5,
            NormPlacement = seed % 2 == 0 ? NormPlacement.Before : NormPlacement.After,
        };
        var model = new VitClassifier(shape, seed);
        LabelledPicture[] batch = [.. Enumerable.Range(0, 3).Select(_ => new LabelledPicture
        {
            Pixels = Enumerable.Range(0, 2 * 6 * 6).Select(_ => random.NextSingle()).ToArray(), Label = random.Next(2),
        })];
        Check(model, new ClassificationObjective<LabelledPicture>(2, picture => picture.Label), batch, random);
    }

    private static BertConfiguration Bert(Random random)
    {
        int heads = random.Next(1, 4);
        return new BertConfiguration
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

    private static int[] Tokens(Random random, BertConfiguration shape) =>
        [.. Enumerable.Range(0, random.Next(2, shape.MaximumTokens)).Select(_ => random.Next(shape.VocabularySize))];

    /// <summary>Along a random direction of one parameter, the central difference must be the gradient's component.</summary>
    private static void Check<TInput, TExample>(TransformerModel<TInput> model, IObjective<TExample> objective, IReadOnlyList<TExample> batch, Random random)
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
