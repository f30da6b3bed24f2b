using System.Globalization;
using Seven.Training;
using Spectre.Console;

namespace QuickStart.Output;

/// <summary>A bar for each run, and a line for each epoch.</summary>
internal sealed class ProgressDisplay(ProgressContext context)
{
    public IProgress<TrainingProgress> Start(string name) => new Bar(name, context.AddTask(name));

    private sealed class Bar(string name, ProgressTask task) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            task.MaxValue = value.Updates;
            task.Value = value.Update;
            task.Description = string.Create(CultureInfo.InvariantCulture, $"{name,-12} epoch {value.Epoch}, loss {value.Loss:F3}, zeros {value.Sparsity,4:P0}");
            if (value.Finished is { Evaluation: { } evaluation } finished)
                AnsiConsole.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name,-12} epoch {finished.Epoch}: training loss {finished.TrainingLoss:F3}, zeros {finished.Sparsity:P1}, validation accuracy {evaluation["accuracy"]:P2}"));
        }
    }
}
