using System.CommandLine;
using Seven.Terminal;
using TextClassification;

var train = new Argument<FileInfo>("train") { Description = "TSV file with a header, sentences and labels 0 or 1, to learn from" }.MustExist("a TSV file");
var test = new Argument<FileInfo>("test") { Description = "the same, to judge by" }.MustExist("a TSV file");
var epochs = new Option<int>("--epochs") { Description = "passes over the rows", DefaultValueFactory = _ => 3 }.Within(1, 1000);
var rows = new Option<int?>("--rows") { Description = "rows to learn from; all by default" }.Within(1, int.MaxValue);
var sparsities = new Option<double[]>("--sparsity") { Description = "shares of prunable weights that end as zeros, in [0, 1); 0 for the stock trainer as it is", DefaultValueFactory = _ => [0, 0.8], AllowMultipleArgumentsPerToken = true }.Within(0, 1, excludesMost: true);
var weights = new Option<DirectoryInfo?>("--weights") { Description = "folder whose sub-folder mlnet holds NasBert2000000.tsm, for machines that cannot download it" }.MustExist("a folder");
var output = new Option<DirectoryInfo>("--out") { Description = "folder for the models", DefaultValueFactory = _ => new DirectoryInfo("textclassification-models") };
var overwrite = new Option<bool>("--overwrite") { Description = "write over models that are there" };
var command = new RootCommand("Trains a text classification with ML.NET, as it is and pruned with SEVEN, and compares the two.") { train, test, epochs, rows, sparsities, weights, output, overwrite };
command.SetAction(parsed =>
{
    string target = parsed.GetRequiredValue(output).FullName;
    OutputFolder.Claim(target, parsed.GetValue(overwrite));
    Directory.CreateDirectory(target);
    RunDisplay.Show(display => new SentimentRuns(
        parsed.GetRequiredValue(train), parsed.GetRequiredValue(test), parsed.GetValue(epochs), parsed.GetValue(rows), parsed.GetValue(weights), target, display)
        .Run([.. parsed.GetRequiredValue(sparsities).Distinct()])).Print();
});
return await TerminalProgram.Run(command, args);
