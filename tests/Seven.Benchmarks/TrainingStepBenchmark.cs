using Seven.Benchmarks.Libtorch;
using Seven.Encoders;
using Seven.Numerics;
using Seven.Training;

namespace Seven.Benchmarks;

/// <summary>One dense training step of a BERT classifier: forward, backward, AdamW; batch 16, 64 tokens, dropout 0.1.</summary>
internal sealed class TrainingStepBenchmark : IBenchmark
{
    private const int Batch = 16;
    private const int Tokens = 64;
    private const int Labels = 10;

    private static readonly (string Name, int Layers, int Hidden, int WarmUps, int Repetitions)[] s_shapes = [("4x256", 4, 256, 40, 31), ("12x768", 12, 768, 3, 5)];

    public string Name => "training-step";

    public int DefaultThreads => Environment.ProcessorCount;

    public IReadOnlyDictionary<string, Func<double>> Libtorch => s_shapes.ToDictionary(
        shape => shape.Name, Func<double> (shape) => () => LibtorchRivals.TrainingStep(shape.Layers, shape.Hidden, Batch, Tokens, Labels, shape.Repetitions));

    public string Notes =>
        "Multiply-adds: 3 for each weight of a linear layer and token, 6 floating-point operations: 19 GFLOP for 4 × 256, 522 GFLOP for 12 × 768, "
        + "and 3 % to 8 % more for attention. The limit is the multiply-add rate: two 512-bit units a core where AVX-512 is there.";

    public IEnumerable<Measurement> Measure(int threads) =>
        s_shapes.Select(shape => Measure(shape.Name, shape.Layers, shape.Hidden, threads, shape.WarmUps, shape.Repetitions));

    private Measurement Measure(string name, int layers, int hidden, int threads, int warmUps, int repetitions)
    {
        var model = BenchmarkModel.Bert(layers, hidden, Tokens, Labels);
        var random = new Random(1);
        var batch = new LabeledText[Batch];
        for (int i = 0; i < Batch; i++)
            batch[i] = new LabeledText { Tokens = [.. Enumerable.Range(0, Tokens).Select(_ => random.Next(BenchmarkModel.Vocabulary))], Label = random.Next(Labels) };

        var workers = Workers.Of(threads);
        var trainer = new Trainer<TokenizedText, LabeledText>(model, model.Task, workers);
        var optimizer = new AdamW(model.Parameters, weightDecay: 0.01, workers);
        ulong step = 0;
        double seconds = Measurement.MedianSeconds(repetitions, () =>
        {
            Gradients.Clear(model.Parameters, workers);
            trainer.AddGradients(batch, 1f / Batch, ++step);
            optimizer.Step(1e-4);
        }, warmUps);
        return new Measurement(Name, name, threads, "seconds", seconds);
    }
}
