using Seven.Encoders;
using Seven.Pruning;
using Seven.TorchSharp.Encoders;
using Seven.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.Benchmarks.Gpu;

/// <summary>An update of an encoder on a GPU: dense, while it is pruned, and after it was; float32 and mixed precision. <c>transformers_update.py</c> beside this file measures Hugging Face's.</summary>
internal static class GpuTrainingCommand
{
    private const int BertVocabulary = 30522;
    private const int WarmUps = 10;
    private const int Repetitions = 20;
    private const int Updates = WarmUps + Repetitions;

    private static readonly (string Name, int Layers, int Hidden, int Batch, int Tokens)[] s_shapes = [("6x384, 32 x 64 tokens", 6, 384, 32, 64), ("12x768, 32 x 128 tokens", 12, 768, 32, 128)];

    /// <summary>By when all weights that are to go are gone, in updates; <see langword="null"/> for no pruning. While it is measured, pruning goes on all the time.</summary>
    private static readonly (string Name, int? PruningSteps)[] s_phases = [("dense", null), ("pruning", 4 * Updates), ("recovery", 3)];

    public const string Notes =
        "Multiply-adds: 3 for each weight of a linear layer and token, 6 floating-point operations, and 3 % more for attention: 0.13 TFLOP for 6 x 384, 2.16 TFLOP for 12 x 768. "
        + "Where a GPU does that quickly, the CPU core is the limit that starts its operations one after the other.";

    /// <summary>Measures all shapes; returns the exit code.</summary>
    /// <param name="onCpu">Whether to time one update with a short text on the CPU instead, which shows that the command works.</param>
    public static int Run(bool onCpu)
    {
        string? problem = Seven.TorchSharp.Libtorch.Problem;
        if (problem is null && !onCpu && !cuda.is_available())
            problem = "No CUDA device is found; expected an NVIDIA GPU with its driver, and a build with -p:Gpu=true. `gpu --cpu` shows on the CPU that the command works.";
        if (problem is not null)
        {
            Console.Error.WriteLine(problem);
            return 1;
        }

        Console.Error.WriteLine(Notes);
        foreach (var (name, layers, hidden, batch, tokens) in s_shapes)
            foreach (bool mixed in new[] { false, true })
                foreach (var (phase, pruningSteps) in s_phases)
                {
                    var texts = Texts(onCpu ? 1 : batch, onCpu ? 4 : tokens);
                    double seconds = SecondsOf(layers, hidden, texts, pruningSteps, onCpu ? CPU : CUDA, mixed);
                    Console.WriteLine(new Measurement("gpu-training", $"{name}, {(mixed ? "bfloat16" : "float32")}, {phase}", 1, "seconds", seconds).ToJson());
                }

        return 0;
    }

    private static double SecondsOf(int layers, int hidden, LabeledText[] batch, int? pruningSteps, Device device, bool mixed)
    {
        var model = BenchmarkModel.Bert(layers, hidden, tokens: 512, labels: 2, heads: 12, vocabulary: BertVocabulary);
        var pruning = pruningSteps is { } steps ? new PruningOptions { Sparsity = 0.9, WarmUp = StepCount.Steps(2), PruningSteps = StepCount.Steps(steps) } : null;
        using var engine = new TorchBackend(device, mixed).NewEngine(model, model.Task, new FineTuningOptions { Pruning = pruning }, updates: 5 * Updates);
        engine.Begin();
        bool onGpu = device.type == DeviceType.CUDA;
        ulong seed = 0;
        return Measurement.MedianSeconds(onGpu ? Repetitions : 1, () =>
        {
            engine.ClearGradients();
            engine.AddGradients(batch, 1f / batch.Length, ++seed);
            engine.FinishGradients();
            engine.ClipGradients(1);
            engine.Step(2e-5);
            engine.Prune();
            if (onGpu)
                cuda.synchronize();
        }, onGpu ? WarmUps : 0);
    }

    private static LabeledText[] Texts(int count, int tokens)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => new LabeledText { Tokens = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(BertVocabulary))], Label = random.Next(2) })];
    }
}
