using Seven.Metrics;

namespace Seven.Cli.Pruning;

/// <summary>The result of a run.</summary>
/// <param name="Task">What the models are trained for.</param>
/// <param name="TrainingRows">Rows learned from.</param>
/// <param name="UnlabeledRows">Rows whose labels were not known, from which pruned models learned what the dense one says of them.</param>
/// <param name="ValidationRows">Rows chosen by.</param>
/// <param name="JudgedOn">The rows of the metrics: "test", or "validation" where there was no test file.</param>
/// <param name="JudgedRows">How many these are.</param>
/// <param name="Input">What was timed.</param>
/// <param name="Models">The dense model, and those that were saved.</param>
/// <param name="Seconds">Time of it all.</param>
internal sealed record PruneResult(string Task, int TrainingRows, int UnlabeledRows, int ValidationRows, string JudgedOn, int JudgedRows, string Input, IReadOnlyList<PrunedModel> Models, double Seconds);

/// <summary>A model of a run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Folder">Where it is; <see langword="null"/> for the dense one, which is not saved.</param>
/// <param name="Sparsity">Share of zeros among the prunable weights.</param>
/// <param name="Precision">The numbers it scores with.</param>
/// <param name="Metrics">What it is judged by.</param>
/// <param name="Bytes">Bytes of its weights on disk.</param>
/// <param name="Milliseconds">The median time of one text.</param>
/// <param name="TrainingSeconds">Time of its training.</param>
internal sealed record PrunedModel(string Name, string? Folder, double Sparsity, string Precision, IReadOnlyList<Metric> Metrics, long Bytes, double Milliseconds, double TrainingSeconds);
