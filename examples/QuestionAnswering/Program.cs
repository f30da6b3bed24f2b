using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using QuestionAnswering;
using Seven.MLNet;
using Seven.Training;

var train = new Argument<FileInfo>("train") { Description = "questions in SQuAD's format, to learn from" };
var test = new Argument<FileInfo>("test") { Description = "the same, to judge by" };
var model = new Option<DirectoryInfo?>("--model") { Description = "a Hugging Face folder of a BERT to start from; from scratch by default" };
var vocabulary = new Option<FileInfo?>("--vocabulary") { Description = "vocab.txt for a start from scratch; learned from the texts by default" };
var size = new Option<EncoderSize>("--size") { Description = "size of a network from scratch", DefaultValueFactory = _ => EncoderSize.Tiny };
var epochs = new Option<int>("--epochs") { Description = "passes over the questions", DefaultValueFactory = _ => 5 };
var learningRate = new Option<double?>("--learning-rate") { Description = "peak learning rate; 5e-4 from scratch, 5e-5 from a folder" };
var sparsities = new Option<double[]>("--sparsity") { Description = "shares of prunable weights to remove, in [0, 1); 0 for the dense model", DefaultValueFactory = _ => [0, 0.6], AllowMultipleArgumentsPerToken = true };
var seed = new Option<int>("--seed") { Description = "seed of start weights and order", DefaultValueFactory = _ => 1 };
var output = new Option<DirectoryInfo>("--out") { Description = "folder for the models", DefaultValueFactory = _ => new DirectoryInfo("questionanswering-models") };
var command = new RootCommand("Trains a BERT to find answers in texts with ML.NET, as it is and pruned with SEVEN, and compares the two.")
{
    train, test, model, vocabulary, size, epochs, learningRate, sparsities, seed, output,
};
command.SetAction(parsed =>
{
    try
    {
        string? folder = parsed.GetValue(model)?.FullName;
        Run(
            parsed.GetRequiredValue(train), parsed.GetRequiredValue(test), parsed.GetRequiredValue(sparsities), parsed.GetValue(seed), parsed.GetRequiredValue(output),
            new BertQuestionAnsweringOptions
            {
                ModelFolder = folder,
                VocabularyFile = parsed.GetValue(vocabulary)?.FullName,
                Size = parsed.GetValue(size),
                FineTuning = new FineTuningOptions
                {
                    Epochs = parsed.GetValue(epochs),
                    LearningRate = parsed.GetValue(learningRate) ?? (folder is null ? 5e-4 : 5e-5),
                    Seed = parsed.GetValue(seed),
                },
            });
        return 0;
    }
    catch (Exception exception) when (exception is IOException or ArgumentException or InvalidDataException or InvalidOperationException or NotSupportedException)
    {
        Console.Error.WriteLine(exception.Message);
        return 1;
    }
});
return command.Parse(args).Invoke();

static void Run(FileInfo train, FileInfo test, double[] sparsities, int seed, DirectoryInfo output, BertQuestionAnsweringOptions options)
{
    output.Create();
    foreach (double sparsity in sparsities)
    {
        var mlContext = new MLContext(seed);
        mlContext.Log += (_, message) =>
        {
            if (message.RawMessage.StartsWith("Epoch ", StringComparison.Ordinal))
                Console.WriteLine(message.RawMessage);
        };
        var (trainData, testData) = (SquadFile.Load(mlContext, train), SquadFile.Load(mlContext, test));
        var watch = Stopwatch.StartNew();
        var model = AnswerModel.RetrainModel(mlContext, trainData, options, sparsity == 0 ? null : new SevenPruneOptions { Sparsity = sparsity });
        double seconds = watch.Elapsed.TotalSeconds;
        var metrics = mlContext.MulticlassClassification.EvaluateQuestionAnswering(model.Transform(testData), acceptedAnswerColumnName: "AcceptedAnswers");
        string name = sparsity == 0 ? "dense" : string.Create(CultureInfo.InvariantCulture, $"seven-{100 * sparsity:0.#}"), path = Path.Combine(output.FullName, name + ".zip");
        mlContext.Model.Save(model, trainData.Schema, path);
        (model as IDisposable)?.Dispose();
        Print($"{name}: exact match {metrics["exact match"]:P2}, F1 {metrics["F1"]:P2}; trained in {seconds:F0} s, saved as {path} ({new FileInfo(path).Length >> 10} KiB)");
        Ask(path, mlContext.Data.CreateEnumerable<AnswerModel.ModelInput>(testData, reuseRowObject: false).First());
    }
}

static void Ask(string path, AnswerModel.ModelInput input)
{
    var answers = AnswerModel.Predict(path, input);
    Print($"'{input.Question}' The loaded model answers: {string.Join(", ", answers.Answer.Zip(answers.Score, (answer, score) => string.Create(CultureInfo.InvariantCulture, $"'{answer}' ({score:P0})")))}.");
}

static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
