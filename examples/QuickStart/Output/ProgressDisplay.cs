using System.Globalization;
using Seven.Training;
using Spectre.Console;

namespace QuickStart.Output;

/// <summary>A bar for each model, and a line for each epoch.</summary>
internal sealed class ProgressDisplay(ProgressContext context)
{
    /// <summary>Adds a bar.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="updates">Updates of all steps of the pipeline together.</param>
    public IProgress<TrainingProgress> Start(string name, int updates) => new Bar(name, context.AddTask($"{name,-10}", maxValue: updates));

    private sealed class Bar(string name, ProgressTask task) : IProgress<TrainingProgress>
    {
        private int _epoch;

        public void Report(TrainingProgress value)
        {
            if (value.Finished is { } finished)
            {
                _epoch++;
                AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-10} epoch {_epoch}: loss {finished.TrainingLoss:F3}, zeros {finished.Sparsity:P1}"));
                return;
            }

            task.Increment(1);
            task.Description = string.Create(CultureInfo.InvariantCulture, $"{name,-10} loss {value.Loss:F3}, zeros {value.Sparsity,4:P0}");
        }
    }
}
