using System.CommandLine;
using Seven.Terminal;

namespace QuickStart;

/// <summary>The options on the command line.</summary>
internal sealed record QuickStartOptions(
    DirectoryInfo? Model, FileInfo? Data, FileInfo? Test, double Sparsity, int Epochs, int Rows, double LearningRate, int Seed, string OutputFolder, FileInfo? Json, bool Overwrite)
{
    private static readonly Option<DirectoryInfo?> ModelOption = new Option<DirectoryInfo?>("--model") { Description = "Folder of a pretrained BERT from Hugging Face: config.json, model.safetensors, vocab.txt. Default: the small encoder that comes with the quick start." }.MustHoldModel();
    private static readonly Option<FileInfo?> DataOption = new Option<FileInfo?>("--data") { Description = "Your own training file: text<TAB>label a line, header optional. Default: the documentation of the .NET reference packs." }.MustExist("a file of texts and labels");
    private static readonly Option<FileInfo?> TestOption = new Option<FileInfo?>("--test") { Description = "Your own test file, like --data. Default: 15 % of the data, at most 2,000 sentences." }.MustExist("a file of texts and labels");
    private static readonly Option<double> SparsityOption = new Option<double>("--sparsity") { Description = "Share of prunable weights to remove, in [0, 1).", DefaultValueFactory = _ => 0.8 }.Within(0, 1, excludesMost: true);
    private static readonly Option<int> EpochsOption = new Option<int>("--epochs") { Description = "Epochs of each model, at least 2; pruning takes place from the second on.", DefaultValueFactory = _ => 3 }.Within(2, 1000);
    private static readonly Option<int> RowsOption = new Option<int>("--rows") { Description = "Training sentences to use at most.", DefaultValueFactory = _ => 3000 }.Within(2, int.MaxValue);
    private static readonly Option<double> LearningRateOption = new Option<double>("--learning-rate") { Description = "Peak learning rate.", DefaultValueFactory = _ => 4e-4 }.Within(1e-9, 1);
    private static readonly Option<int> SeedOption = new("--seed") { Description = "Seed of the split, of new weights and of the order of sentences.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> OutOption = new("--out") { Description = "Folder for the models.", DefaultValueFactory = _ => "quickstart-models" };
    private static readonly Option<FileInfo?> JsonOption = new("--json") { Description = "File for the figures of the table, machine-readable." };

    private static readonly Option<bool> OverwriteOption = new("--overwrite") { Description = "Write over models that are there." };

    /// <summary>The folder that training starts from.</summary>
    public string ModelFolder => Model?.FullName ?? Path.Combine(AppContext.BaseDirectory, "starter");

    /// <summary>Parses the command line and runs the action. Help and wrong options end the program before.</summary>
    public static Task<int> Run(string[] args, Func<QuickStartOptions, int> action)
    {
        var command = new RootCommand("Fine-tunes a pretrained BERT on real sentences in an ML.NET pipeline: dense, pruned with SEVEN, and pruned by magnitude, and compares the three.")
        {
            ModelOption, DataOption, TestOption, SparsityOption, EpochsOption, RowsOption, LearningRateOption, SeedOption, OutOption, JsonOption, OverwriteOption,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(TestOption) is not null && result.GetResult(DataOption) is null)
                result.AddError("--test is given without --data; expected both, or --data alone.");
        });
        command.SetAction(parsed => action(new QuickStartOptions(
            parsed.GetValue(ModelOption), parsed.GetValue(DataOption), parsed.GetValue(TestOption), parsed.GetValue(SparsityOption), parsed.GetValue(EpochsOption),
            parsed.GetValue(RowsOption), parsed.GetValue(LearningRateOption), parsed.GetValue(SeedOption), parsed.GetValue(OutOption)!, parsed.GetValue(JsonOption), parsed.GetValue(OverwriteOption))));
        return TerminalProgram.Run(command, args);
    }
}
