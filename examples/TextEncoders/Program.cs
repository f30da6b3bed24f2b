using System.CommandLine;
using Seven.Goals;
using Seven.MLNet;
using Seven.Pruning.Criteria;
using Seven.Terminal;
using Seven.Training;
using TextEncoders;
using TextEncoders.Tasks;

var task = new Argument<string>("task") { Description = "sst2, cola or stsb" };
task.AcceptOnlyFromAmong([.. TextTask.All.Select(known => known.Name)]);
var data = new Argument<DirectoryInfo>("data") { Description = "the task's folder, with train.tsv and test.tsv or dev.tsv" }.MustExist("the task's folder");
var model = new Option<DirectoryInfo?>("--model") { Description = "a Hugging Face folder of a BERT to start from; from scratch by default" }.MustHoldModel();
var vocabulary = new Option<FileInfo?>("--vocabulary") { Description = "vocab.txt for a start from scratch; learned from the texts by default" }.MustExist("a file of words");
var size = new Option<EncoderSize>("--size") { Description = "size of a network from scratch", DefaultValueFactory = _ => EncoderSize.Mini };
var rows = new Option<int?>("--rows") { Description = "rows to learn from at most; all by default" }.Within(1, int.MaxValue);
var epochs = new Option<int>("--epochs") { Description = "passes over the rows", DefaultValueFactory = _ => 3 }.Within(1, 1000);
var learningRate = new Option<double?>("--learning-rate") { Description = "peak learning rate; 5e-4 from scratch, 5e-5 from a folder" }.Within(1e-9, 1);
var sparsities = new Option<double[]>("--sparsity") { Description = "shares of prunable weights to remove, in [0, 1); 0 for the dense model", DefaultValueFactory = _ => [0, 0.8], AllowMultipleArgumentsPerToken = true }.Within(0, 1, excludesMost: true);
var loss = new Option<double?>("--loss") { Description = "in place of a sparsity: prune as far as the validation metric stays within so much of the dense model's, such as 0.01" }.Within(0, 1);
var modelSize = new Option<string?>("--model-size") { Description = "in place of a sparsity: prune until the model is as small, such as \"20 MB\"" };
var latency = new Option<string?>("--latency") { Description = "in place of a sparsity: prune until 32 tokens are scored as fast, such as \"5 ms\"" };
var magnitude = new Option<bool>("--magnitude") { Description = "prune by magnitude in place of SEVEN" };
var denseFirst = new Option<bool>("--dense-first") { Description = "train without pruning first, then prune that network for as many epochs" };
var distill = new Option<double?>("--distill") { Description = "train without pruning first, then prune while learning from that network: the weight of its outputs beside the labels, in (0, 1]" }.Within(1e-6, 1);
var hiddenStates = new Option<double>("--hidden-states") { Description = "with --distill, the weight of the network's hidden states", DefaultValueFactory = _ => 1 }.Within(0, 1000);
var seed = new Option<int>("--seed") { Description = "seed of start weights and order", DefaultValueFactory = _ => 1 };
var output = new Option<DirectoryInfo>("--out") { Description = "folder for the models", DefaultValueFactory = _ => new DirectoryInfo("textencoders-models") };
var overwrite = new Option<bool>("--overwrite") { Description = "write over models that are there" };
var command = new RootCommand("Trains a BERT on a task of the GLUE benchmark with ML.NET, as it is and pruned with SEVEN, and compares the two.")
{
    task, data, model, vocabulary, size, rows, epochs, learningRate, sparsities, loss, modelSize, latency, magnitude, denseFirst, distill, hiddenStates, seed, output, overwrite,
};
command.AtMostOneOf(sparsities, loss, modelSize, latency);
command.AtMostOneOf(model, vocabulary);
command.AtMostOneOf(denseFirst, distill);
modelSize.MustRead(text => PruningGoal.Size(text));
latency.MustRead(text => PruningGoal.Latency(text));
command.SetAction(parsed =>
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
    string place = parsed.GetRequiredValue(data).FullName, target = parsed.GetRequiredValue(output).FullName;
    chosen.Check(place);
    OutputFolder.Claim(target, parsed.GetValue(overwrite));
    Directory.CreateDirectory(target);

    var goal = parsed.GetValue(loss) is { } points ? PruningGoal.Loss(points)
        : parsed.GetValue(modelSize) is { } bytes ? PruningGoal.Size(bytes)
        : parsed.GetValue(latency) is { } time ? PruningGoal.Latency(time)
        : null;
    var pruning = new SevenPruneOptions
    {
        Criterion = parsed.GetValue(magnitude) ? new MagnitudeCriterion() : new SevenCriterion(),
        Distillation = parsed.GetValue(distill) is { } weight ? new Distillation { Teacher = Teacher.Self, Weight = weight, HiddenStates = parsed.GetValue(hiddenStates) } : null,
    };
    SevenPruneOptions?[] runs = goal is null
        ? [.. parsed.GetRequiredValue(sparsities).Distinct().Select(sparsity => sparsity == 0 ? null : pruning with { Sparsity = sparsity })]
        : [pruning with { Goal = goal }];
    RunDisplay.Show(display => new TextRuns(chosen, place, choices, target, display).Run(runs)).Print();
});
return await TerminalProgram.Run(command, args);
