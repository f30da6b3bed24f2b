using System.Text.Json;
using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Files;
using Seven.Numerics;
using Seven.Training;
using Seven.Training.Objectives;

namespace Seven.Tests.Golden;

/// <summary>One case's inputs, and what must come out.</summary>
internal sealed class GoldenEncoderCase(string folder, JsonElement json)
{
    private readonly JsonElement _inputs = json.GetProperty("inputs");

    public bool HasWholeLabels => !_inputs.GetProperty("labels").GetProperty("values").EnumerateArray().Any(label => label.GetRawText().Contains('.', StringComparison.Ordinal));

    public double Loss => (json.TryGetProperty("loss", out var loss) ? loss : json.GetProperty("expected").GetProperty("loss")).GetDouble();

    private int Count => Shape(_inputs.EnumerateObject().First().Value)[0];

    public IReadOnlyList<TokenizedText> Texts() =>
        [.. Enumerable.Range(0, Count).Select(i => new TokenizedText { Tokens = Row("input_ids", i), Segments = Row("token_type_ids", i), AttentionMask = Mask(i) })];

    public IReadOnlyList<LabelledText> LabelledTexts() =>
        [.. Texts().Select((text, i) => new LabelledText { Tokens = text.Tokens, Segments = text.Segments, AttentionMask = text.AttentionMask, Label = (int)Value("labels", i) })];

    public IReadOnlyList<ScoredText> ScoredTexts() =>
        [.. Texts().Select((text, i) => new ScoredText { Tokens = text.Tokens, Segments = text.Segments, AttentionMask = text.AttentionMask, Score = (float)Value("labels", i) })];

    public IReadOnlyList<AnsweredText> AnsweredTexts() =>
        [.. Texts().Select((text, i) => new AnsweredText
        {
            Tokens = text.Tokens, Segments = text.Segments, AttentionMask = text.AttentionMask,
            Start = (int)Value("start_positions", i), End = (int)Value("end_positions", i),
        })];

    public IReadOnlyList<LabelledPicture> LabelledPictures()
    {
        float[] pixels = Values(_inputs.GetProperty("pixel_values"));
        int size = pixels.Length / Count;
        return [.. Enumerable.Range(0, Count).Select(i => new LabelledPicture { Pixels = pixels.AsMemory(i * size, size), Label = (int)Value("labels", i) })];
    }

    public void AssertOutputs(string name, IReadOnlyList<float[]> actual)
    {
        float[] expected = Values(json.GetProperty("expected").GetProperty(name));
        float[] flat = [.. actual.SelectMany(row => row)];
        Assert.HasCount(expected.Length, flat);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], flat[i], 1e-4, $"{Path.GetFileName(folder)}, {name}, index {i}");
    }

    public void AssertTraining<TInput, TExample>(TransformerModel<TInput> model, IObjective<TExample> objective, IReadOnlyList<TExample> batch)
        where TExample : class, TInput
    {
        AssertTraining(model, objective, batch, sparse: null);
        // In sparse form all weights are kept, for none of them is zero.
        AssertTraining(model, objective, batch, SparseWeights.OfZeros(tokens: 64, sparseFrom: 0));
    }

    private void AssertTraining<TInput, TExample>(TransformerModel<TInput> model, IObjective<TExample> objective, IReadOnlyList<TExample> batch, SparseWeights? sparse)
        where TExample : class, TInput
    {
        var trainer = new Trainer<TInput, TExample>(model, objective, Workers.Of(2));
        Gradients.Clear(model.Parameters, Workers.Sequential);
        double loss = trainer.AddGradients(batch, 1f / batch.Count, dropoutSeed: 0, sparse) / batch.Count;
        Assert.AreEqual(Loss, loss, 1e-5, folder);
        foreach (var layer in model.Parameters.Select(parameter => parameter.Layer).OfType<Linear>().Distinct())
            sparse?.Of(layer)?.WriteGradient();

        AssertGradients(model.Parameters);
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
            gradients.Read(parameter.Name, parameter.Shape, expected);
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

    private bool[]? Mask(int row) => _inputs.TryGetProperty("attention_mask", out _) ? [.. Row("attention_mask", row).Select(value => value != 0)] : null;

    private double Value(string name, int row) => _inputs.GetProperty(name).GetProperty("values")[row].GetDouble();

    private static int[] Shape(JsonElement tensor) => [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];

    private static float[] Values(JsonElement tensor) => [.. tensor.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())];
}
