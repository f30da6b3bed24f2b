using System.CommandLine;
using Seven.Terminal;

namespace ImageClassification;

/// <summary>What the user asked for on the command line.</summary>
internal sealed record ImageOptions(
    FileSystemInfo[] Train, FileSystemInfo[] Test, DirectoryInfo? Model, FileInfo? TorchModel, double[] Sparsities, string[] CriterionNames, int[] Seeds,
    int Epochs, int BatchSize, double LearningRate, int ImageSize, bool SkipUnreadable, DirectoryInfo Output, bool Overwrite)
{
    private static readonly Option<FileSystemInfo[]> s_train = new Option<FileSystemInfo[]>("--train") { Description = "CIFAR-10 binary files, or a folder with a folder of images for each class, to learn from.", Required = true, AllowMultipleArgumentsPerToken = true }.MustExist("CIFAR-10 binary files, or a folder of images");
    private static readonly Option<FileSystemInfo[]> s_test = new Option<FileSystemInfo[]>("--test") { Description = "The same, to judge by.", Required = true, AllowMultipleArgumentsPerToken = true }.MustExist("CIFAR-10 binary files, or a folder of images");
    private static readonly Option<DirectoryInfo?> s_model = new Option<DirectoryInfo?>("--model") { Description = "A Hugging Face folder of a ViT to start from; from scratch by default." }.MustHoldModel();
    private static readonly Option<FileInfo?> s_torchModel = new Option<FileInfo?>("--vit-cifar10") { Description = "model.safetensors of the ViT vit-cifar10, to start from." }.MustExist("a file of weights");
    private static readonly Option<double[]> s_sparsities = new Option<double[]>("--sparsity") { Description = "Shares of prunable weights to remove, in [0, 1); 0 for the dense model.", DefaultValueFactory = _ => [0, 0.8], AllowMultipleArgumentsPerToken = true }.Within(0, 1, excludesMost: true);
    private static readonly Option<string[]> s_criteria = new("--criterion") { Description = "seven, magnitude, or both.", DefaultValueFactory = _ => ["seven"], AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int[]> s_seeds = new("--seed") { Description = "Seeds, a run for each.", DefaultValueFactory = _ => [1], AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> s_epochs = new Option<int>("--epochs") { Description = "Passes over the images.", DefaultValueFactory = _ => 4 }.Within(1, 1000);
    private static readonly Option<int> s_batchSize = new Option<int>("--batch") { Description = "Images in a batch.", DefaultValueFactory = _ => 128 }.Within(1, 100_000);
    private static readonly Option<double> s_learningRate = new Option<double>("--learning-rate") { Description = "Peak learning rate.", DefaultValueFactory = _ => 5e-4 }.Within(1e-9, 1);
    private static readonly Option<int> s_imageSize = new Option<int>("--image-size") { Description = "Height and width to which images of a folder are brought.", DefaultValueFactory = _ => 32 }.Within(8, 4096);
    private static readonly Option<bool> s_skip = new("--skip-unreadable") { Description = "Leave out images that cannot be read." };
    private static readonly Option<DirectoryInfo> s_output = new("--out") { Description = "Folder for the models.", DefaultValueFactory = _ => new DirectoryInfo("imageclassification-models") };

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Write over models that are there." };

    /// <summary>Parses the command line and runs the action; prints help or errors instead where there is cause.</summary>
    public static Task<int> Run(string[] args, Action<ImageOptions> action)
    {
        var command = new RootCommand("Trains a ViT on images with ML.NET, prunes it with SEVEN, and compares it with magnitude pruning and with no pruning.")
        {
            s_train, s_test, s_model, s_torchModel, s_sparsities, s_criteria, s_seeds, s_epochs, s_batchSize, s_learningRate, s_imageSize, s_skip, s_output, s_overwrite,
        };
        s_criteria.AcceptOnlyFromAmong([.. Criteria.Known.Keys]);
        command.AtMostOneOf(s_model, s_torchModel);
        command.SetAction(parsed => action(new ImageOptions(
            parsed.GetRequiredValue(s_train), parsed.GetRequiredValue(s_test), parsed.GetValue(s_model), parsed.GetValue(s_torchModel), parsed.GetRequiredValue(s_sparsities),
            parsed.GetRequiredValue(s_criteria), parsed.GetRequiredValue(s_seeds), parsed.GetValue(s_epochs), parsed.GetValue(s_batchSize), parsed.GetValue(s_learningRate),
            parsed.GetValue(s_imageSize), parsed.GetValue(s_skip), parsed.GetRequiredValue(s_output), parsed.GetValue(s_overwrite))));
        return TerminalProgram.Run(command, args);
    }
}
