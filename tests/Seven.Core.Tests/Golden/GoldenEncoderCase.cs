using System.Text.Json;
using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Encoders.Tasks;
using Seven.Formats.Safetensors;
using Seven.Numerics;
using Seven.Training;
using Seven.Weights;
using Seven.Weights.Sparse;

namespace Seven.Tests.Golden;

/// <summary>One case's inputs, and what must come out.</summary>
internal sealed class GoldenEncoderCase(string folder, JsonElement json)
{
    private readonly JsonElement _inputs = json.GetProperty("inputs");

    /// <summary>Every case, in the repository and where SEVEN_GOLDEN points.</summary>
    public static IEnumerable<string> Folders =>
        TestFolders.Golden.SelectMany(Directory.EnumerateDirectories).Where(folder => File.Exists(Path.Combine(folder, "case.json")));

    public static string ModelTypeOf(string folder)
    {
        using var configuration = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        return configuration.RootElement.GetProperty("model_type").GetString()!;
    }

    /// <summary>Runs a check on the model and the batch of a case, whatever its architecture and task.</summary>
    public static void Check(string folder, IGoldenCheck check)
    {
        if (Architecture.All.All(architecture => architecture.ModelType != ModelTypeOf(folder)))
            Assert.Inconclusive($"{Path.GetFileName(folder)} is of the architecture {ModelTypeOf(folder)}, which is not supported yet.");
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        var golden = new GoldenEncoderCase(folder, json.RootElement);
        switch (EncoderFolder.Open(folder).Task())
        {
            case TextClassificationTask task:
                check.Run(golden, EncoderModel.Load(folder, task), golden.LabeledTexts());
                break;
            case TextRegressionTask task:
                check.Run(golden, EncoderModel.Load(folder, task), golden.ScoredTexts());
                break;
            case QuestionAnsweringTask task:
                check.Run(golden, EncoderModel.Load(folder, task), golden.AnsweredTexts());
                break;
            case TokenClassificationTask task:
                check.Run(golden, EncoderModel.Load(folder, task), golden.TaggedTexts());
                break;
            case ImageClassificationTask task:
                check.Run(golden, EncoderModel.Load(folder, task), golden.LabeledPictures());
                break;
            case var other:
                Assert.Fail($"{folder} is for {other}, for which there is no check.");
                break;
        }
    }

    /// <summary>Whether the class has a loss; DeiT's with both heads has none.</summary>
    public bool HasLoss => _inputs.TryGetProperty("labels", out _) || _inputs.TryGetProperty("start_positions", out _);

    public double Loss => (json.TryGetProperty("loss", out var loss) ? loss : json.GetProperty("expected").GetProperty("loss")).GetDouble();

    private int Count => Shape(_inputs.EnumerateObject().First().Value)[0];

    public IReadOnlyList<TokenizedText> Texts() =>
        [.. Enumerable.Range(0, Count).Select(i => new TokenizedText { Tokens = Row("input_ids", i), Segments = OptionalRow("token_type_ids", i), AttentionMask = Mask(i) })];

    public IReadOnlyList<LabeledText> LabeledTexts() =>
        [.. Texts().Select((text, i) => new LabeledText { Tokens = text.Tokens, Segments = text.Segments, AttentionMask = text.AttentionMask, Label = (int)Value("labels", i) })];

    public IReadOnlyList<ScoredText> ScoredTexts() =>
        [.. Texts().Select((text, i) => new ScoredText { Tokens = text.Tokens, Segments = text.Segments, AttentionMask = text.AttentionMask, Score = (float)Value("labels", i) })];

    public IReadOnlyList<AnsweredText> AnsweredTexts() =>
        [.. Texts().Select((text, i) => new AnsweredText
        {
            Tokens = text.Tokens, Segments = text.Segments, AttentionMask = text.AttentionMask,
            Start = (int)Value("start_positions", i), End = (int)Value("end_positions", i),
        })];

    public IReadOnlyList<TaggedText> TaggedTexts() =>
        [.. Texts().Select((text, i) => new TaggedText { Tokens = text.Tokens, Segments = text.Segments, AttentionMask = text.AttentionMask, Labels = Row("labels", i) })];

    public IReadOnlyList<LabeledPicture> LabeledPictures()
    {
        float[] pixels = Values(_inputs.GetProperty("pixel_values"));
        int size = pixels.Length / Count;
        return [.. Enumerable.Range(0, Count).Select(i => new LabeledPicture { Pixels = pixels.AsMemory(i * size, size), Label = HasLoss ? (int)Value("labels", i) : 0 })];
    }

    /// <param name="logits">For each input [outputs], or [outputs × length] where every token has some.</param>
    public void AssertLogits(IReadOnlyList<float[]> logits)
    {
        var expected = json.GetProperty("expected");
        if (!expected.TryGetProperty("start_logits", out var starts))
        {
            int outputs = Shape(expected.GetProperty("logits"))[^1];
            AssertClose(Values(expected.GetProperty("logits")), [.. logits.SelectMany(row => Transposed(row, outputs))], "logits");
            return;
        }

        AssertClose(Values(starts), [.. logits.SelectMany(row => row[..(row.Length / 2)])], "start_logits");
        AssertClose(Values(expected.GetProperty("end_logits")), [.. logits.SelectMany(row => row[(row.Length / 2)..])], "end_logits");

        void AssertClose(float[] wanted, float[] found, string name)
        {
            Assert.HasCount(wanted.Length, found);
            for (int i = 0; i < wanted.Length; i++)
                Assert.AreEqual(wanted[i], found[i], 1e-4, $"{Path.GetFileName(folder)}, {name}, index {i}");
        }
    }

    public void AssertTraining<TInput, TExample>(EncoderModel<TInput> model, IObjective<TExample> objective, IReadOnlyList<TExample> batch)
        where TExample : class, TInput
    {
        var layers = model.Parameters.Select(parameter => parameter.Layer).OfType<LayerWeights>().Distinct().ToList();
        AssertTraining();
        // In sparse form all weights are kept, for none of them is zero.
        foreach (var layer in layers)
            layer.Form = SparseForm.Of(layer.Weight);
        AssertTraining();
        foreach (var layer in layers)
            layer.Form = layer.Dense;

        void AssertTraining()
        {
            var trainer = new Trainer<TInput, TExample>(model, objective, Workers.Of(2));
            Gradients.Clear(model.Parameters, Workers.Sequential);
            double loss = trainer.AddGradients(batch, 1f / batch.Count, dropoutSeed: 0) / batch.Count;
            Assert.AreEqual(Loss, loss, 1e-5, folder);
            foreach (var layer in layers)
                (layer.Form as SparseForm)?.WriteGradient();
            AssertGradients(model.Parameters);
        }
    }

    /// <summary>Compares the gradients that parameters have with the golden ones; cases of compressed files have none.</summary>
    public void AssertGradients(IReadOnlyList<Parameter> parameters)
    {
        string path = Path.Combine(folder, "gradients.safetensors");
        if (!File.Exists(path))
            return;
        using var gradients = SafetensorsFile.Open(path);
        foreach (var parameter in parameters)
        {
            var expected = new float[parameter.Count];
            string name = EncoderFolder.Open(folder).Architecture.NamesInFiles(parameter.Name).First(gradients.Header.Tensors.ContainsKey);
            gradients.Read(name, parameter.Shape, expected);
            AssertClose(expected, parameter.Gradient, parameter.Name);
        }
    }

    /// <summary>The norm of the difference within 1e-3 of the norm. The gradient of a key's bias is zero in theory (softmax does not
    /// see what is added to all keys) and rounding noise of about 1e-7 in floats, hence the floor.</summary>
    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual, string name)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            norm += Math.Pow(expected[i], 2);
        }

        Assert.IsLessThanOrEqualTo(1e-3 * Math.Sqrt(norm) + 1e-6, Math.Sqrt(difference), name);
    }

    private int[] Row(string name, int row)
    {
        float[] values = Values(_inputs.GetProperty(name));
        int length = values.Length / Count;
        return [.. values.AsSpan(row * length, length).ToArray().Select(value => (int)value)];
    }

    private int[]? OptionalRow(string name, int row) => _inputs.TryGetProperty(name, out _) ? Row(name, row) : null;

    /// <summary>From [outputs × length] to [length × outputs].</summary>
    private static float[] Transposed(float[] values, int outputs)
    {
        int length = values.Length / outputs;
        return [.. Enumerable.Range(0, values.Length).Select(i => values[i % outputs * length + i / outputs])];
    }

    private bool[]? Mask(int row) => _inputs.TryGetProperty("attention_mask", out _) ? [.. Row("attention_mask", row).Select(value => value != 0)] : null;

    private double Value(string name, int row) => _inputs.GetProperty(name).GetProperty("values")[row].GetDouble();

    private static int[] Shape(JsonElement tensor) => [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];

    private static float[] Values(JsonElement tensor) => [.. tensor.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())];
}

/// <summary>A check of a model against a golden case.</summary>
internal interface IGoldenCheck
{
    void Run<TInput, TExample, TOutput>(GoldenEncoderCase golden, EncoderModel<TInput, TExample, TOutput> model, IReadOnlyList<TExample> batch)
        where TExample : class, TInput;
}
