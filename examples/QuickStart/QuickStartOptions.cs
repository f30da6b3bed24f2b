using System.CommandLine;
using System.Globalization;

namespace QuickStart;

/// <summary>The options on the command line.</summary>
internal sealed record QuickStartOptions(
    DirectoryInfo? Model, FileInfo? Data, FileInfo? Test, double Sparsity, int Epochs, int Rows, double LearningRate, int Seed, string OutputFolder, FileInfo? Json)
{
    private static readonly Option<DirectoryInfo?> ModelOption = new("--model") { Description = "Folder of a pretrained BERT from Hugging Face: config.json, model.safetensors, vocab.txt. Default: the small encoder that comes with the quick start." };
    private static readonly Option<FileInfo?> DataOption = new("--data") { Description = "Your own training file: text<TAB>label a line, header optional. Default: the documentation of the .NET reference packs." };
    private static readonly Option<FileInfo?> TestOption = new("--test") { Description = "Your own test file, like --data. Default: 15 % of the data, at most 2,000 sentences." };
    private static readonly Option<double> SparsityOption = new("--sparsity") { Description = "Share of prunable weights to remove, in [0, 1).", DefaultValueFactory = _ => 0.8 };
    private static readonly Option<int> EpochsOption = new("--epochs") { Description = "Epochs of each model, at least 2; pruning takes place from the second on.", DefaultValueFactory = _ => 3 };
    private static readonly Option<int> RowsOption = new("--rows") { Description = "Training sentences to use at most.", DefaultValueFactory = _ => 3000 };
    private static readonly Option<double> LearningRateOption = new("--learning-rate") { Description = "Peak learning rate.", DefaultValueFactory = _ => 4e-4 };
    private static readonly Option<int> SeedOption = new("--seed") { Description = "Seed of the split, of new weights and of the order of sentences.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> OutOption = new("--out") { Description = "Folder for the models.", DefaultValueFactory = _ => "quickstart-models" };
    private static readonly Option<FileInfo?> JsonOption = new("--json") { Description = "File for the figures of the table, machine-readable." };

    /// <summary>The folder that training starts from.</summary>
    public string ModelFolder => Model?.FullName ?? Path.Combine(AppContext.BaseDirectory, "starter");

    /// <summary>Parses the command line and runs the action. Help and wrong options end the program before.</summary>
    public static int Run(string[] args, Func<QuickStartOptions, int> action)
    {
        var command = new RootCommand("Fine-tunes a pretrained BERT on real sentences in an ML.NET pipeline: dense, pruned with SEVEN, and pruned by magnitude, and compares the three.")
        {
            ModelOption, DataOption, TestOption, SparsityOption, EpochsOption, RowsOption, LearningRateOption, SeedOption, OutOption, JsonOption,
        };
        command.SetAction(parsed => action(new QuickStartOptions(
            parsed.GetValue(ModelOption), parsed.GetValue(DataOption), parsed.GetValue(TestOption), parsed.GetValue(SparsityOption), parsed.GetValue(EpochsOption),
            parsed.GetValue(RowsOption), parsed.GetValue(LearningRateOption), parsed.GetValue(SeedOption), parsed.GetValue(OutOption)!, parsed.GetValue(JsonOption))));
        return command.Parse(args).Invoke();
    }

    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    /// <exception cref="DirectoryNotFoundException">The model's folder does not exist.</exception>
    public void Validate()
    {
        if (!(Sparsity >= 0 && Sparsity < 1))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--sparsity is {Sparsity}; expected a share in [0, 1)."));
        if (Epochs < 2)
            throw new ArgumentException($"--epochs is {Epochs}; expected at least 2, one before pruning and one with it.");
        if (Rows < 2)
            throw new ArgumentException($"--rows is {Rows}; expected at least 2.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--learning-rate is {LearningRate}; expected a positive number."));
        if (Test is not null && Data is null)
            throw new ArgumentException("--test is given without --data; expected both, or --data alone.");
        if (!Directory.Exists(ModelFolder))
            throw new DirectoryNotFoundException($"--model {ModelFolder} does not exist; expected a folder with config.json, model.safetensors and vocab.txt.");
    }
}
