using System.Globalization;
using Seven.Training;
using Spectre.Console;

namespace Seven.Terminal;

/// <summary>A bar for each run, with lines for epochs and warnings above the bars.</summary>
public sealed class RunDisplay
{
    private readonly IAnsiConsole _console;
    private readonly ProgressContext _bars;
    private readonly HashSet<string> _warnings = [];

    private RunDisplay(IAnsiConsole console, ProgressContext bars) => (_console, _bars) = (console, bars);

    /// <summary>Shows bars on standard error while work is done.</summary>
    /// <param name="work">The work.</param>
    public static T Show<T>(Func<RunDisplay, T> work)
    {
        var console = TerminalProgram.Errors;
        return console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new ElapsedTimeColumn())
            .Start(bars => work(new RunDisplay(console, bars)));
    }

    /// <summary>Adds a bar for a run of one or several steps, each of which reports its own updates.</summary>
    /// <param name="name">The run's name.</param>
    /// <param name="steps">Shares of the bar for each step, such as 1 and 2 where the second one is twice as long; none for a run of one step.</param>
    public IProgress<TrainingProgress> Start(string name, params IReadOnlyList<double> steps) => new Bar(this, name, _bars.AddTask(Markup.Escape(name), maxValue: 1), steps.Count == 0 ? [1] : steps);

    /// <summary>A line above the bars.</summary>
    public void Say(string text) => _console.MarkupLineInterpolated($"[grey]{text}[/]");

    /// <summary>A line that must be seen, once.</summary>
    public void Warn(string text)
    {
        lock (_warnings)
            if (!_warnings.Add(text))
                return;
        _console.MarkupLineInterpolated($"[yellow]warning:[/] {text}");
    }

    private sealed class Bar(RunDisplay display, string name, ProgressTask task, IReadOnlyList<double> steps) : IProgress<TrainingProgress>
    {
        private readonly Lock _lock = new();
        private double _before;
        private int _step;
        private int _epoch;

        public void Report(TrainingProgress value)
        {
            lock (_lock)
            {
                double total = steps.Sum(), share = steps[Math.Min(_step, steps.Count - 1)] / total;
                // The end of an epoch is reported with the number of its last update, once more.
                task.Value = Math.Min(1, _before + share * value.Update / value.Updates);
                task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{name}  loss {value.Loss:F3}, zeros {value.Sparsity:P0}"));
                if (value.Finished is not { } finished)
                    return;
                _epoch++;
                string judged = finished.Evaluation is { } evaluation ? string.Create(CultureInfo.InvariantCulture, $", {evaluation.Primary.Name} {evaluation.Primary.Value:F4}") : "";
                display.Say(string.Create(CultureInfo.InvariantCulture, $"{name}  epoch {_epoch}: loss {finished.TrainingLoss:F3}, zeros {finished.Sparsity:P1}{judged}"));
                if (value.Update < value.Updates)
                    return;
                if (_step < steps.Count - 1)
                    (_before, _step) = (_before + share, _step + 1);
                else
                    task.StopTask();
            }
        }
    }
}
