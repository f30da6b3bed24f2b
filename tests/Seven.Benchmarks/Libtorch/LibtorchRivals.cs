using static TorchSharp.torch;

namespace Seven.Benchmarks.Libtorch;

/// <summary>What this project is compared with, in seconds: dense, in the same process, with TorchSharp's libtorch.</summary>
internal static class LibtorchRivals
{
    public static double TrainingStep(int layers, int hidden, int batch, int tokens, int labels, int repetitions)
    {
        using var training = new LibtorchTraining(layers, hidden, batch, tokens, labels);
        return Measurement.MedianSeconds(repetitions, training.Step);
    }

    /// <summary>Steps one after the other, after one that is not counted.</summary>
    public static double FineTuning(int layers, int hidden, int batch, int tokens, int labels, int steps)
    {
        using var training = new LibtorchTraining(layers, hidden, batch, tokens, labels);
        return Measurement.MedianSeconds(1, () =>
        {
            for (int step = 0; step < steps; step++)
                training.Step();
        });
    }

    public static double Scoring(int layers, int hidden, int sequences, int tokens, int labels, int repetitions)
    {
        using var model = new LibtorchBert(layers, hidden, tokens, labels);
        model.eval();
        using Tensor texts = randint(0, BenchmarkModel.Vocabulary, [sequences, tokens], ScalarType.Int64);
        using var mode = inference_mode();
        return Measurement.MedianSeconds(repetitions, () =>
        {
            using var scope = NewDisposeScope();
            model.forward(texts);
        });
    }

    /// <summary>One multiplication of a linear layer W: [rows × columns].</summary>
    public static double Product(string kind, int rows, int columns, int tokens, int repetitions)
    {
        using Tensor weight = randn(rows, columns), x = randn(tokens, columns), dy = randn(tokens, rows);
        return Measurement.MedianSeconds(repetitions, () =>
        {
            using Tensor product = kind switch
            {
                "forward" => x.matmul(weight.t()),
                "input-gradient" => dy.matmul(weight),
                _ => dy.t().matmul(x),
            };
        });
    }

    /// <summary>One SEVEN step over prunable weights, op by op, with top-k for the threshold.</summary>
    public static double PruningStep(int layers, int hidden, int repetitions)
    {
        using var scope = NewDisposeScope();
        long[][] shapes = [.. Enumerable.Range(0, layers).SelectMany(_ => Enumerable.Repeat(new long[] { hidden, hidden }, 4).Append([4 * hidden, hidden]).Append([hidden, 4 * hidden]))];
        var weights = shapes.Select(shape => new LibtorchSevenWeight(shape)).ToArray();
        return Measurement.MedianSeconds(repetitions, () =>
        {
            using var ofStep = NewDisposeScope();
            foreach (var weight in weights)
                weight.Update();
            using Tensor all = cat([.. weights.Select(weight => weight.Scores.view(-1))]);
            double kept = 0.2 + 0.8 * Math.Pow(1 - (LibtorchSevenWeight.Step + 1) / 40.0, 3);
            using Tensor threshold = topk(all, (int)(kept * all.numel())).values[-1];
            foreach (var weight in weights)
                weight.Prune(threshold);
        });
    }
}
