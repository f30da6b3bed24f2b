using System.CommandLine;
using System.Globalization;
using Study;
using Study.Results;
using Study.Settings;
using Study.Tasks;

var results = new Option<FileInfo>("--results") { Description = "file of the results, a line of JSON a run", DefaultValueFactory = _ => new FileInfo("study.jsonl") };
var data = new Argument<DirectoryInfo>("data") { Description = "folder with sst2, stsb, cola, squad, cifar10 and the pretrained models minilm-l6 and vit-cifar10" };
var output = new Option<DirectoryInfo>("--out") { Description = "folder for the dense models that others start or learn from", DefaultValueFactory = _ => new DirectoryInfo("study-models") };
var tasks = ManyOf("--task", "tasks", ["stsb"]);
tasks.AcceptOnlyFromAmong([.. StudyTask.All.Select(task => task.Name)]);
var criteria = ManyOf("--criterion", "what decides which weights stay; none for the dense model", ["seven"]);
criteria.AcceptOnlyFromAmong([StudySetting.None, .. KnownCriteria.All.Keys]);
var sparsities = ManyOf("--sparsity", "shares of prunable weights to remove", [0.9]);
var patterns = ManyOf("--pattern", "unstructured, blocks such as 4x1, or n of m such as 2:4", ["unstructured"]);
var starts = ManyOf("--start", "where pruning starts: from the pretrained model, or from the dense one that was fine-tuned", ["pretrained"]);
starts.AcceptOnlyFromAmong("pretrained", "dense");
var teachers = ManyOf("--teacher", "weights of the dense model's outputs beside the labels; 0 for no teacher", [0d]);
var hiddenStates = ManyOf("--hidden-states", "weights of the dense model's hidden states, where there is a teacher", [0d]);
var epochs = new Option<int?>("--epochs") { Description = "passes over the rows; 3 to 5 by default, by task" };
var learningRates = ManyOf("--learning-rate", "peaks of the learning rate; by default that of the task", Array.Empty<double>());
var initial = ManyOf("--initial-sparsity", "where the curve of sparsity begins", [0d]);
var shares = ManyOf("--pruning-share", "shares of the updates in which weights are removed", [StudySetting.UsualPruningShare]);
var seeds = ManyOf("--seed", "seeds", [1]);
var run = new Command("run", "Runs every combination of the options that has no result yet.")
{
    data, results, output, tasks, criteria, sparsities, patterns, starts, teachers, hiddenStates, epochs, learningRates, initial, shares, seeds,
};
run.SetAction(parsed =>
{
    string folder = parsed.GetRequiredValue(output).FullName;
    Directory.CreateDirectory(folder);
    var experiment = new Experiment(parsed.GetRequiredValue(data).FullName, folder, new ResultFile(parsed.GetRequiredValue(results).FullName));
    var runs =
        from seed in parsed.GetRequiredValue(seeds)
        from task in StudyTask.All.Where(task => parsed.GetRequiredValue(tasks).Contains(task.Name))
        from sparsity in parsed.GetRequiredValue(sparsities)
        from pattern in parsed.GetRequiredValue(patterns)
        from start in parsed.GetRequiredValue(starts)
        from teacher in parsed.GetRequiredValue(teachers)
        from hidden in parsed.GetRequiredValue(hiddenStates)
        from rate in parsed.GetRequiredValue(learningRates) is { Length: > 0 } rates ? rates : [task.LearningRate]
        from begin in parsed.GetRequiredValue(initial)
        from share in parsed.GetRequiredValue(shares)
        from criterion in parsed.GetRequiredValue(criteria)
        let passes = parsed.GetValue(epochs) ?? task.Epochs
        select (task, seed, setting: criterion == StudySetting.None
            ? StudySetting.Dense(passes, rate)
            : new StudySetting(criterion, sparsity, pattern, start, teacher, teacher == 0 ? 0 : hidden, passes, rate, begin, share));
    foreach (var (task, seed, setting) in runs.Distinct())
    {
        var found = experiment.Run(task, setting, seed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ResultTable.NameOf(found)}, {task.Name}, seed {seed}: {found.Metric} {found.Test:F4} (validation {found.Validation:F4}), {found.Seconds:F0} s"));
    }
});
var baseName = new Option<string?>("--base") { Description = "the setting that others are compared with, as the table names it; the first by default" };
var plots = new Option<DirectoryInfo?>("--plots") { Description = "folder for a picture of each task" };
var table = new Command("table", "Prints the results as Markdown, and draws them.") { results, baseName, plots };
table.SetAction(parsed =>
{
    var all = new ResultFile(parsed.GetRequiredValue(results).FullName).Read();
    if (all.Count == 0)
    {
        Console.Error.WriteLine($"{parsed.GetRequiredValue(results)} has no results; expected some lines that 'run' wrote.");
        return 1;
    }

    Console.Write(ResultTable.Of(all, parsed.GetValue(baseName)));
    if (parsed.GetValue(plots) is { } folder)
    {
        folder.Create();
        foreach (var runs in all.GroupBy(run => run.Task))
            ResultPlot.Save([.. runs], Path.Combine(folder.FullName, runs.Key + ".svg"));
    }

    return 0;
});
return new RootCommand("Compares criteria, patterns and recipes of pruning on real tasks, over seeds.") { run, table }.Parse(args).Invoke();

static Option<T[]> ManyOf<T>(string name, string description, T[] values) =>
    new(name) { Description = description, DefaultValueFactory = _ => values, AllowMultipleArgumentsPerToken = true };
