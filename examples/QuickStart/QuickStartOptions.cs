using System.CommandLine;

namespace QuickStart;

/// <summary>What the user asked for on the command line.</summary>
internal sealed record QuickStartOptions(
    FileInfo? Data, FileInfo? Test, double Sparsity, int Epochs, int Seed, string OutputFolder, FileInfo? Json)
{
    private static readonly Option<FileInfo?> DataOption = new("--data") { Description = "Your own training file: text<TAB>label a line, header optional. Default: the documentation of the .NET reference packs." };
    private static readonly Option<FileInfo?> TestOption = new("--test") { Description = "Your own test file, like --data. Default: 15 % of the data." };
    private static readonly Option<double> SparsityOption = new("--sparsity") { Description = "Share of prunable weights to remove, in [0, 1).", DefaultValueFactory = _ => 0.8 };
    private static readonly Option<int> EpochsOption = new("--epochs") { Description = "Epochs of fine-tuning, and of the training from scratch before it.", DefaultValueFactory = _ => 2 };
    private static readonly Option<int> SeedOption = new("--seed") { Description = "Seed of the split, the start weights and the order of examples.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> OutOption = new("--out") { Description = "Folder for the models.", DefaultValueFactory = _ => "quickstart-models" };
    private static readonly Option<FileInfo?> JsonOption = new("--json") { Description = "File for all figures of the table, machine-readable." };

    /// <summary>Parses the command line and runs the action; prints help or errors instead where there is cause.</summary>
    public static int Run(string[] args, Func<QuickStartOptions, int> action)
    {
        var command = new RootCommand("Trains a small BERT on real text, prunes it with SEVEN while fine-tuning, and compares it with magnitude pruning and with no pruning.")
        {
            DataOption, TestOption, SparsityOption, EpochsOption, SeedOption, OutOption, JsonOption,
        };
        command.SetAction(parsed => action(new QuickStartOptions(
            parsed.GetValue(DataOption), parsed.GetValue(TestOption), parsed.GetValue(SparsityOption), parsed.GetValue(EpochsOption),
            parsed.GetValue(SeedOption), parsed.GetValue(OutOption)!, parsed.GetValue(JsonOption))));
        return command.Parse(args).Invoke();
    }

    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    public void Validate()
    {
        if (!(Sparsity >= 0 && Sparsity < 1))
            throw new ArgumentException($"--sparsity is {Sparsity}; expected a share in [0, 1).");
        if (Epochs < 1)
            throw new ArgumentException($"--epochs is {Epochs}; expected at least 1.");
        if (Test is not null && Data is null)
            throw new ArgumentException("--test is given without --data; expected both, or --data alone.");
    }
}
