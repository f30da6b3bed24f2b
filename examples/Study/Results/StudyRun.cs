using Study.Settings;

namespace Study.Results;

/// <summary>A run that is done: a line of the file of results.</summary>
/// <param name="Task">The task.</param>
/// <param name="Seed">The seed of order and dropout.</param>
/// <param name="Setting">What was run.</param>
/// <param name="Metric">The name of the figures of merit.</param>
/// <param name="Validation">On the rows that settings are chosen by.</param>
/// <param name="Test">On the rows for reporting.</param>
/// <param name="Sparsity">Zeros among the prunable weights at the end.</param>
/// <param name="Seconds">Time of training.</param>
/// <param name="Machine">The processor and its cores.</param>
/// <param name="Finished">When it ended.</param>
internal sealed record StudyRun(
    string Task, int Seed, StudySetting Setting, string Metric, double Validation, double Test, double Sparsity, double Seconds, string Machine, DateTimeOffset Finished)
{
    public bool Is(string task, int seed, StudySetting setting) => Task == task && Seed == seed && Setting == setting;
}
