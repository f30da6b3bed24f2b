using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Seven.MLNet;
using TextClassification;

var train = new Argument<FileInfo>("train") { Description = "TSV file with a header, sentences and labels 0 or 1, to learn from" };
var test = new Argument<FileInfo>("test") { Description = "the same, to judge by" };
var epochs = new Option<int>("--epochs") { Description = "passes over the rows", DefaultValueFactory = _ => 3 };
var rows = new Option<int?>("--rows") { Description = "rows to learn from; all by default" };
var sparsity = new Option<double>("--sparsity") { Description = "share of prunable weights that end as zeros", DefaultValueFactory = _ => 0.8 };
var weights = new Option<DirectoryInfo?>("--weights") { Description = "folder whose sub-folder mlnet holds NasBert2000000.tsm, for machines that cannot download it" };
var onlyPruned = new Option<bool>("--only-pruned") { Description = "leave out the dense model" };
var output = new Option<DirectoryInfo>("--out") { Description = "folder for the models", DefaultValueFactory = _ => new DirectoryInfo("textclassification-models") };
var command = new RootCommand("Trains a text classification with ML.NET, as it is and pruned with SEVEN, and compares the two.") { train, test, epochs, rows, sparsity, weights, onlyPruned, output };
command.SetAction(parsed =>
{
    try
    {
        Run(
            parsed.GetRequiredValue(train), parsed.GetRequiredValue(test), parsed.GetValue(epochs), parsed.GetValue(rows), parsed.GetValue(sparsity),
            parsed.GetValue(weights), parsed.GetValue(onlyPruned), parsed.GetRequiredValue(output));
        return 0;
    }
    catch (Exception exception) when (exception is IOException or ArgumentException or InvalidOperationException or NotSupportedException)
    {
        Console.Error.WriteLine(exception.Message);
        return 1;
    }
});
return command.Parse(args).Invoke();

static void Run(FileInfo train, FileInfo test, int epochs, int? rows, double sparsity, DirectoryInfo? weights, bool onlyPruned, DirectoryInfo output)
{
    var mlContext = new MLContext(seed: 1);
    if (weights is not null)
        mlContext.TempFilePath = weights.FullName;
    mlContext.Log += (_, message) =>
    {
        if (message.RawMessage.StartsWith("Epoch ", StringComparison.Ordinal) || message.RawMessage.Contains("can be pruned", StringComparison.Ordinal))
            Console.WriteLine(message.RawMessage);
    };
    var trainData = SentimentModel.LoadIDataViewFromFile(mlContext, train.FullName);
    if (rows is { } count)
        trainData = mlContext.Data.TakeRows(trainData, count);
    var testData = SentimentModel.LoadIDataViewFromFile(mlContext, test.FullName);
    output.Create();

    var pruning = new SevenPruneOptions { Sparsity = sparsity };
    (string, SevenPruneOptions?)[] models = onlyPruned ? [("pruned", pruning)] : [("dense", null), ("pruned", pruning)];
    foreach (var (name, options) in models)
    {
        var watch = Stopwatch.StartNew();
        var model = SentimentModel.RetrainModel(mlContext, trainData, epochs, options);
        double seconds = watch.Elapsed.TotalSeconds;
        var metrics = SentimentModel.Evaluate(mlContext, model, testData);
        string path = Path.Combine(output.FullName, name + ".zip");
        SentimentModel.SaveModel(mlContext, model, trainData, path);
        (model as IDisposable)?.Dispose();

        Print($"{name}: micro accuracy {metrics.MicroAccuracy:P2}, macro accuracy {metrics.MacroAccuracy:P2}; trained in {seconds:F0} s, saved as {path}");
        var prediction = SentimentModel.Predict(path, new SentimentModel.ModelInput { Sentence = "a charming and often affecting journey" });
        Print($"The loaded model says {prediction.PredictedLabel} to 'a charming and often affecting journey', with scores {string.Join(" and ", prediction.Score.Select(score => score.ToString("F3", CultureInfo.InvariantCulture)))}.");
    }
}

static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
