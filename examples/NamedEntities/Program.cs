using System.CommandLine;
using NamedEntities;
using Seven.Terminal;

var documentation = new Argument<DirectoryInfo>("documentation") { Description = "folder of XML documentation, such as packs/Microsoft.NETCore.App.Ref/<version>/ref/<framework> of the SDK" }.MustExist("a folder of XML documentation");
var model = new Option<string?>("--model") { Description = "folder of an encoder to start from, or its name on the hub; from scratch by default" };
var rows = new Option<int>("--rows") { Description = "sentences to learn from at most", DefaultValueFactory = _ => 10_000 }.Within(10, int.MaxValue);
var epochs = new Option<int>("--epochs") { Description = "passes over the sentences", DefaultValueFactory = _ => 3 }.Within(1, 1000);
var sparsities = new Option<double[]>("--sparsity") { Description = "shares of the prunable weights to remove, in [0, 1); 0 for the dense model", DefaultValueFactory = _ => [0, 0.8], AllowMultipleArgumentsPerToken = true }.Within(0, 1, excludesMost: true);
var text = new Option<string>("--text") { Description = "a sentence to label", DefaultValueFactory = _ => "Use a StringBuilder and call Append on it instead of adding strings in a loop ." };
var output = new Option<DirectoryInfo>("--out") { Description = "folder for the models", DefaultValueFactory = _ => new DirectoryInfo("namedentities-models") };
var overwrite = new Option<bool>("--overwrite") { Description = "write over models that are there" };
var command = new RootCommand("Finds names of types and members in English sentences, with a token classifier that is pruned while it is trained.") { documentation, model, rows, epochs, sparsities, text, output, overwrite };
command.SetAction(parsed =>
{
    string target = parsed.GetRequiredValue(output).FullName;
    OutputFolder.Claim(target, parsed.GetValue(overwrite));
    Directory.CreateDirectory(target);
    var mentions = TypeMentions.ReadAll(parsed.GetRequiredValue(documentation), parsed.GetValue(rows));
    Console.Error.WriteLine($"{mentions.Train.Count:N0} sentences to learn from, {mentions.Test.Count:N0} to judge by");
    RunDisplay.Show(display => new EntityRuns(mentions, parsed.GetValue(model), parsed.GetValue(epochs), target, display).Run([.. parsed.GetRequiredValue(sparsities).Distinct()])).Print(parsed.GetRequiredValue(text));
});
return await TerminalProgram.Run(command, args);
