using System.CommandLine;
using Seven.Terminal;
using Study.Settings;
using Study.Sweeps;
using Study.Tasks;

namespace Study.Commands;

/// <summary>The options that make a list of runs: every combination of them.</summary>
internal sealed class RunOptions
{
    private readonly Option<string[]> _tasks = ManyOf("--task", "tasks", ["stsb"]);
    private readonly Option<string[]> _criteria = ManyOf("--criterion", "what decides which weights stay; none for the dense model", ["seven"]);
    private readonly Option<double[]> _sparsities = ManyOf("--sparsity", "shares of prunable weights to remove", [0.9]).Within(0, 1, excludesMost: true);
    private readonly Option<string[]> _patterns = ManyOf("--pattern", "unstructured, blocks such as 4x1, or n of m such as 2:4", ["unstructured"]);
    private readonly Option<string[]> _starts = ManyOf("--start", "where pruning starts: from the pretrained model, or from the dense one that was fine-tuned", ["pretrained"]);
    private readonly Option<double[]> _teachers = ManyOf("--teacher", "weights of the dense model's outputs beside the labels; 0 for no teacher", [0d]).Within(0, 1);
    private readonly Option<double[]> _hiddenStates = ManyOf("--hidden-states", "weights of the dense model's hidden states, where there is a teacher", [0d]).Within(0, 1000);
    private readonly Option<double[]> _attention = ManyOf("--attention", "weights of the dense model's attention, where there is a teacher", [0d]).Within(0, 1000);
    private readonly Option<int?> _epochs = new Option<int?>("--epochs") { Description = "passes over the rows; 3 to 5 by default, by task" }.Within(1, 1000);
    private readonly Option<double[]> _learningRates = ManyOf("--learning-rate", "peaks of the learning rate; by default that of the task", Array.Empty<double>()).Within(1e-9, 1);
    private readonly Option<double[]> _initial = ManyOf("--initial-sparsity", "where the curve of sparsity begins", [0d]).Within(0, 1, excludesMost: true);
    private readonly Option<double[]> _shares = ManyOf("--pruning-share", "shares of the updates in which weights are removed", [StudySetting.UsualPruningShare]).Within(1e-3, 1);
    private readonly Option<int[]> _unlabeled = ManyOf("--unlabeled", "rows beside the task's own, without their labels: with a teacher, and a task that has them (sst2)", [0]).Within(0, int.MaxValue);
    private readonly Option<int[]> _seeds = ManyOf("--seed", "seeds", [1]);

    public RunOptions()
    {
        _tasks.AcceptOnlyFromAmong([.. StudyTask.All.Select(task => task.Name)]);
        _criteria.AcceptOnlyFromAmong([StudySetting.None, .. KnownCriteria.All.Keys]);
        _starts.AcceptOnlyFromAmong("pretrained", "dense");
        _patterns.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!StudySetting.IsPattern(token.Value))
                    result.AddError($"--pattern is {token.Value}; expected unstructured, blocks such as 4x1, or n of m such as 2:4.");
        });
    }

    public IEnumerable<Option> All => [_tasks, _criteria, _sparsities, _patterns, _starts, _teachers, _hiddenStates, _attention, _epochs, _learningRates, _initial, _shares, _unlabeled, _seeds];

    /// <summary>The runs, seed by seed.</summary>
    /// <exception cref="ArgumentException">Rows without labels are asked for where there are none, or without a teacher.</exception>
    public IReadOnlyList<PlannedRun> RunsOf(ParseResult parsed) => RunList.Of(
        from seed in parsed.GetRequiredValue(_seeds)
        from task in StudyTask.All.Where(task => parsed.GetRequiredValue(_tasks).Contains(task.Name))
        from sparsity in parsed.GetRequiredValue(_sparsities)
        from pattern in parsed.GetRequiredValue(_patterns)
        from start in parsed.GetRequiredValue(_starts)
        from teacher in parsed.GetRequiredValue(_teachers)
        from hidden in parsed.GetRequiredValue(_hiddenStates)
        from attention in parsed.GetRequiredValue(_attention)
        from rate in parsed.GetRequiredValue(_learningRates) is { Length: > 0 } rates ? rates : [task.LearningRate]
        from begin in parsed.GetRequiredValue(_initial)
        from share in parsed.GetRequiredValue(_shares)
        from unlabeled in parsed.GetRequiredValue(_unlabeled)
        from criterion in parsed.GetRequiredValue(_criteria)
        let passes = parsed.GetValue(_epochs) ?? task.Epochs
        select new PlannedRun(task.Name, seed, criterion == StudySetting.None
            ? StudySetting.Dense(passes, rate)
            : new StudySetting(criterion, sparsity, pattern, start, teacher, teacher == 0 ? 0 : hidden, passes, rate, begin, share, RowsOf(task, teacher, unlabeled), teacher == 0 ? 0 : attention)));

    /// <exception cref="ArgumentException">There is no teacher, or the task has not so many rows.</exception>
    private static int RowsOf(StudyTask task, double teacher, int unlabeled) =>
        unlabeled > 0 && teacher == 0 ? throw new ArgumentException($"--unlabeled is {unlabeled} and --teacher {teacher}; expected a teacher, who says what those rows are.")
        : unlabeled > task.UnlabeledRows ? throw new ArgumentException($"--unlabeled is {unlabeled}; expected at most {task.UnlabeledRows} with {task.Name}.")
        : unlabeled;

    private static Option<T[]> ManyOf<T>(string name, string description, T[] values) =>
        new(name) { Description = description, DefaultValueFactory = _ => values, AllowMultipleArgumentsPerToken = true };
}
