using Seven.Encoders;
using Seven.Training;
using Seven.Training.Metrics;

namespace QuickStart.Models;

/// <summary>One row of the table.</summary>
internal sealed record TrainedModel(string Name, BertClassifier Model, FineTuningResult Training, Evaluation Test, string Folder)
{
    /// <summary>How long it takes for a sentence, once that is measured.</summary>
    public Latency? Latency { get; init; }

    /// <summary>Prunable weights that are not zero.</summary>
    public long Weights => Model.Parameters.Where(parameter => parameter.IsPrunable).Sum(parameter => Count(parameter.Values));

    /// <summary>Prunable weights, zero or not.</summary>
    public long PrunableWeights => Model.Parameters.Where(parameter => parameter.IsPrunable).Sum(parameter => (long)parameter.Count);

    public double Sparsity => 1 - Weights / (double)PrunableWeights;

    /// <summary>Size of the file with the weights: dense, or compact where the model is pruned.</summary>
    public long FileBytes => new FileInfo(Path.Combine(Folder, "model.safetensors")).Length;

    /// <summary>The page about its pruning.</summary>
    public string ReportPath => Path.Combine(Folder, "report.html");

    private static long Count(ReadOnlySpan<float> values) => values.Length - System.MemoryExtensions.Count(values, 0f);
}
