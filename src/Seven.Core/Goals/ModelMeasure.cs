using System.Diagnostics;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats;
using Seven.Formats.Compact;
using Seven.Formats.HuggingFace;
using Seven.Inference;
using Seven.Metrics;
using Seven.Numerics;
using Seven.Reports;
using Seven.Training;

namespace Seven.Goals;

/// <summary>Measures the size, the latency and the quality of a model.</summary>
internal static class ModelMeasure
{
    private const int FewestCalls = 9;
    private const int MostCalls = 101;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(0.5);

    /// <summary>Bytes of its weights, saved compact with the numbers that it scores with.</summary>
    public static long Bytes(SparseModel model)
    {
        using var folder = new TemporaryFolder("size");
        model.SaveCompact(folder.Path, model.Precision == Precision.Int8 ? ValuePrecision.Int8 : ValuePrecision.Float32);
        return new FileInfo(Path.Combine(folder.Path, HuggingFaceFolder.WeightsFile)).Length;
    }

    /// <summary>A model as its file in int8 holds it: rounded by what its layers read of some of the examples learned from.</summary>
    public static EncoderModel<TInput, TExample, TOutput> Rounded<TInput, TExample, TOutput>(EncoderModel<TInput, TExample, TOutput> model, IReadOnlyList<TExample> train, int threads)
        where TExample : class, TInput => (EncoderModel<TInput, TExample, TOutput>)model.Rounded(ValuePrecision.Int8, Calibration.Sample(train), threads);

    /// <summary>A copy of a model that scores with other numbers.</summary>
    public static SparseModel Scoring<TInput, TExample, TOutput>(EncoderModel<TInput, TExample, TOutput> model, Precision precision, int threads)
        where TExample : class, TInput => SparseModel.Of(model.Copy(), new SparseModelOptions { Precision = precision, Threads = threads });

    /// <summary>Evaluates a model on examples, in the precision in which it scores.</summary>
    public static Evaluation Judged<TInput, TExample>(SparseModel model, IObjective<TExample> task, IReadOnlyList<TExample> examples, int threads, CancellationToken cancellationToken)
        where TExample : class, TInput => new Trainer<TInput, TExample>((EncoderModel<TInput>)model.Network, task, Workers.Of(threads)).Evaluate(examples, cancellationToken);

    /// <summary>Size and time of a model that scores; the rest is for the caller to say.</summary>
    public static SearchTrial Measured<TInput, TExample, TOutput>(SparseModel model, EncoderTask<TInput, TExample, TOutput> task, string pattern, double sparsity, TInput input)
        where TExample : class, TInput => new(
            pattern, sparsity, model.Precision.ToString(), Epochs: 0, IsFull: false, Metric: double.NaN, Bytes(model), Milliseconds(model, task, input), Holds: false);

    /// <summary>The median time of scoring an input.</summary>
    public static double Milliseconds<TInput, TExample, TOutput>(SparseModel model, EncoderTask<TInput, TExample, TOutput> task, TInput input)
        where TExample : class, TInput
    {
        TInput[] inputs = [input];
        // Forms are made, and code is compiled, in the first calls.
        for (int i = 0; i < FewestCalls; i++)
            model.Predict(task, inputs);
        var times = new List<double>();
        long began = Stopwatch.GetTimestamp();
        while (times.Count < FewestCalls || (times.Count < MostCalls && Stopwatch.GetElapsedTime(began) < s_longest))
        {
            long start = Stopwatch.GetTimestamp();
            model.Predict(task, inputs);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times.Order().ElementAt(times.Count / 2);
    }

    /// <summary>An input of so many tokens, out of the texts there are; of images any.</summary>
    /// <exception cref="ArgumentException">The model reads fewer tokens.</exception>
    public static TInput InputOf<TInput, TExample>(EncoderModel model, IReadOnlyList<TExample> examples, int tokens)
        where TExample : class, TInput
    {
        if (model.Configuration is not TextConfiguration text)
            return examples[0];
        if (tokens > text.MaximumTokens)
            throw new ArgumentException($"The goal is a latency for {tokens} tokens; expected at most {text.MaximumTokens}, which the model reads.");
        int[] all = [.. examples.Cast<TokenizedText>().SelectMany(example => example.Tokens).Take(tokens)];
        return (TInput)(object)new TokenizedText { Tokens = [.. Enumerable.Range(0, tokens).Select(i => all[i % all.Length])] };
    }
}
