using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Seven.Goals;
using Seven.MLNet;
using Seven.Pruning.Criteria;
using Seven.Training;
using TextEncoders.Tasks;

var task = new Argument<string>("task") { Description = "sst2, cola or stsb" };
task.AcceptOnlyFromAmong([.. TextTask.All.Select(known => known.Name)]);
var data = new Argument<DirectoryInfo>("data") { Description = "the task's folder, with train.tsv and test.tsv or dev.tsv" };
var model = new Option<DirectoryInfo?>("--model") { Description = "a Hugging Face folder of a BERT to start from; from scratch by default" };
var vocabulary = new Option<FileInfo?>("--vocabulary") { Description = "vocab.txt for a start from scratch; learned from the texts by default" };
var size = new Option<EncoderSize>("--size") { Description = "size of a network from scratch", DefaultValueFactory = _ => EncoderSize.Mini };
var rows = new Option<int?>("--rows") { Description = "rows to learn from at most; all by default" };
var epochs = new Option<int>("--epochs") { Description = "passes over the rows", DefaultValueFactory = _ => 3 };
var learningRate = new Option<double?>("--learning-rate") { Description = "peak learning rate; 5e-4 from scratch, 5e-5 from a folder" };
var sparsities = new Option<double[]>("--sparsity") { Description = "shares of prunable weights to remove, in [0, 1); 0 for the dense model", DefaultValueFactory = _ => [0, 0.8], AllowMultipleArgumentsPerToken = true };
var loss = new Option<double?>("--loss") { Description = "in place of a sparsity: prune as far as the validation metric stays within so much of the dense model's, such as 0.01" };
var modelSize = new Option<string?>("--model-size") { Description = "in place of a sparsity: prune until the model is as small, such as \"20 MB\"" };
var latency = new Option<string?>("--latency") { Description = "in place of a sparsity: prune until 32 tokens are scored as fast, such as \"5 ms\"" };
var magnitude = new Option<bool>("--magnitude") { Description = "prune by magnitude in place of SEVEN" };
var denseFirst = new Option<bool>("--dense-first") { Description = "train without pruning first, then prune that network for as many epochs" };
var distill = new Option<double?>("--distill") { Description = "train without pruning first, then prune while learning from that network: the weight of its outputs beside the labels, in (0, 1]" };
var hiddenStates = new Option<double>("--hidden-states") { Description = "with --distill, the weight of the network's hidden states", DefaultValueFactory = _ => 1 };
var seed = new Option<int>("--seed") { Description = "seed of start weights and order", DefaultValueFactory = _ => 1 };
var output = new Option<DirectoryInfo>("--out") { Description = "folder for the models", DefaultValueFactory = _ => new DirectoryInfo("textencoders-models") };
var command = new RootCommand("Trains a BERT on a task of the GLUE benchmark with ML.NET, as it is and pruned with SEVEN, and compares the two.")
{
    task, data, model, vocabulary, size, rows, epochs, learningRate, sparsities, loss, modelSize, latency, magnitude, denseFirst, distill, hiddenStates, seed, output,
};
command.SetAction(parsed =>
{
    try
    {
        string? folder = parsed.GetValue(model)?.FullName;
        var training = new FineTuningOptions
        {
            Epochs = parsed.GetValue(epochs),
            LearningRate = parsed.GetValue(learningRate) ?? (folder is null ? 5e-4 : 5e-5),
            Seed = parsed.GetValue(seed),
        };
        var choices = new TrainingChoices(folder, parsed.GetValue(vocabulary)?.FullName, parsed.GetValue(size), training, parsed.GetValue(denseFirst), parsed.GetValue(rows));
        var chosen = TextTask.All.First(known => known.Name == parsed.GetRequiredValue(task));
        parsed.GetRequiredValue(output).Create();
        var distillation = parsed.GetValue(distill) is { } weight ? new Distillation { Teacher = Teacher.Self, Weight = weight, HiddenStates = parsed.GetValue(hiddenStates) } : null;
        var goal = (parsed.GetValue(loss), parsed.GetValue(modelSize), parsed.GetValue(latency)) switch
        {
            ({ } points, _, _) => PruningGoal.Loss(points),
            (_, { } bytes, _) => PruningGoal.Size(bytes),
            (_, _, { } time) => PruningGoal.Latency(time),
            _ => null,
        };
        var pruning = new SevenPruneOptions { Criterion = parsed.GetValue(magnitude) ? new MagnitudeCriterion() : new SevenCriterion(), Distillation = distillation };
        SevenPruneOptions?[] runs = goal is null
            ? [.. parsed.GetRequiredValue(sparsities).Select(sparsity => sparsity == 0 ? null : pruning with { Sparsity = sparsity })]
            : [pruning with { Goal = goal }];
        foreach (var run in runs)
            Run(chosen, parsed.GetRequiredValue(data).FullName, choices, run, parsed.GetRequiredValue(output).FullName);
        return 0;
    }
    catch (Exception exception) when (exception is IOException or ArgumentException or FormatException or InvalidDataException or InvalidOperationException or NotSupportedException)
    {
        Console.Error.WriteLine(exception.Message);
        return 1;
    }
});
return command.Parse(args).Invoke();

static void Run(TextTask task, string data, TrainingChoices choices, SevenPruneOptions? pruning, string output)
{
    var mlContext = new MLContext(choices.Training.Seed);
    var (train, validation, test) = task.Load(mlContext, data);
    if (choices.Rows is { } most)
        train = mlContext.Data.TakeRows(train, most);
    if (validation is null && pruning?.Goal is not null)
    {
        var split = mlContext.Data.TrainTestSplit(train, testFraction: 1 / 12d, seed: 1);
        (train, validation) = (split.TrainSet, split.TestSet);
    }

    // The trainer sees the rows as the steps before it make them; so must the rows by which it chooses its best epoch.
    var before = task.Before(mlContext).Fit(train);
    var trainer = task.Trainer(mlContext, choices, validation is null ? null : before.Transform(validation));
    IEstimator<ITransformer> network = pruning is null ? trainer
        : choices.DenseFirst ? trainer.Append(mlContext.Transforms.SevenPrune(pruning))
        : mlContext.Transforms.SevenPrune(trainer, pruning);
    var watch = Stopwatch.StartNew();
    var fitted = task.Before(mlContext).Append(network).Fit(train);
    double seconds = watch.Elapsed.TotalSeconds;
    var report = (fitted.LastTransformer as SevenPruneTransformer)?.Report;
    string name = report is null ? "dense" : string.Create(CultureInfo.InvariantCulture, $"{report.Criterion}, {report.Sparsity:P0} zeros{(pruning!.Distillation is null ? "" : ", distilled")}{(choices.DenseFirst ? ", dense first" : "")}");
    string path = Path.Combine(output, $"{task.Name}-{name.Split(',')[0].ToLowerInvariant()}-{choices.Training.Seed}.zip");
    var metrics = task.Evaluate(mlContext, fitted.Transform(test));
    mlContext.Model.Save(fitted, train.Schema, path);
    if (report?.Search is { } search)
        Console.WriteLine(search);
    report?.SaveHtml(Path.ChangeExtension(path, ".html"));
    ((IDisposable)fitted).Dispose();
    Print($"{task.Name}, {name}, seed {choices.Training.Seed}: {string.Join(", ", metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Name} {metric.Value:F4}")))}; trained in {seconds:F0} s, saved as {path} ({new FileInfo(path).Length >> 10} KiB)");
}

static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
