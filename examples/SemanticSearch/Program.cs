using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Common;
using Microsoft.ML;
using SemanticSearch;
using SemanticSearch.Measures;
using SemanticSearch.Texts;
using Seven.Inference;
using Seven.MLNet;
using Seven.Pruning.Criteria;
using Seven.Reports;
using Seven.Terminal;
using Seven.Training;

var model = new Argument<DirectoryInfo>("model") { Description = "folder of a sentence-transformers model, such as all-MiniLM-L6-v2" }.MustExist("a model's folder");
var output = new Argument<DirectoryInfo>("out") { Description = "folder for the pruned model" };
var texts = new Option<FileInfo[]>("--texts") { Description = "files of texts to learn from: .txt, .tsv, SQuAD's .json, or .xml documentation", Required = true, AllowMultipleArgumentsPerToken = true }.MustExist("a file of texts");
var most = new Option<int>("--most") { Description = "texts to learn from at most, chosen by chance", DefaultValueFactory = _ => 30_000 }.Within(1, int.MaxValue);
var sparsity = new Option<double>("--sparsity") { Description = "share of the prunable weights to remove", DefaultValueFactory = _ => 0.8 }.Within(0, 1, excludesMost: true);
var fisher = new Option<bool>("--fisher") { Description = "prune by the diagonal Fisher criterion in place of SEVEN" };
var epochs = new Option<int>("--epochs") { Description = "passes over the texts", DefaultValueFactory = _ => 7 }.Within(1, 1000);
var learningRate = new Option<double>("--learning-rate") { Description = "its peak", DefaultValueFactory = _ => 5e-4 }.Within(1e-9, 1);
var seed = new Option<int>("--seed") { Description = "seed of the order and of the choice of texts", DefaultValueFactory = _ => 1 };
var overwrite = new Option<bool>("--overwrite") { Description = "write over a model that is there" };
var prune = new Command("prune", "Prunes an embedding model without labels: it learns the vectors that it gave before.") { model, output, texts, most, sparsity, fisher, epochs, learningRate, seed, overwrite };
prune.SetAction(parsed =>
{
    string target = parsed.GetRequiredValue(output).FullName;
    OutputFolder.Claim(target, parsed.GetValue(overwrite));
    int chosenSeed = parsed.GetValue(seed);
    var mlContext = new MLContext(chosenSeed);
    string[] all = [.. parsed.GetRequiredValue(texts).SelectMany(TextFiles.Read).Distinct()];
    new Random(chosenSeed).Shuffle(all);
    var rows = mlContext.Data.LoadFromEnumerable(all.Take(parsed.GetValue(most)).Select(text => new TextRow { Text = text }));
    var embed = mlContext.Transforms.Text.EmbedText(new TextEmbeddingOptions
    {
        ModelFolder = parsed.GetRequiredValue(model).FullName,
        FineTuning = new FineTuningOptions { Epochs = parsed.GetValue(epochs), LearningRate = parsed.GetValue(learningRate), Seed = chosenSeed },
    });
    using var pruned = RunDisplay.Show(display =>
    {
        mlContext.ShowIn(display);
        var criterion = parsed.GetValue(fisher) ? (ICriterion)new FisherCriterion() : new SevenCriterion();
        return mlContext.Transforms.SevenPrune(embed, new SevenPruneOptions { Sparsity = parsed.GetValue(sparsity), Criterion = criterion, Progress = display.Start(criterion.Name) }).Fit(rows);
    });
    ((EncoderTransformer)pruned.Network).SaveCompact(target);
    pruned.Report.SaveJson(Path.Combine(target, PruningReport.FileName));
    Console.WriteLine($"{pruned.Report}");
});

var models = new Argument<DirectoryInfo[]>("models") { Description = "folders of models, the dense one first", Arity = ArgumentArity.OneOrMore }.MustExist("a model's folder");
var stsb = new Option<FileInfo>("--stsb") { Description = "STS-B's dev.tsv", Required = true }.MustExist("STS-B's dev.tsv");
var squad = new Option<FileInfo>("--squad") { Description = "questions in SQuAD's format", Required = true }.MustExist("a file of questions");
var precision = new Option<Precision>("--precision") { Description = "numbers that the models score with", DefaultValueFactory = _ => Precision.Float32 };
var measure = new Command("measure", "Compares models by STS-B and by SQuAD's questions against their paragraphs.") { models, stsb, squad, precision };
measure.SetAction(parsed =>
{
    IReadOnlyList<int[]>? reference = null;
    foreach (var folder in parsed.GetRequiredValue(models))
    {
        using var scored = SparseModel.Load(folder.FullName, new SparseModelOptions { Precision = parsed.GetValue(precision) });
        long start = Stopwatch.GetTimestamp();
        var (quality, nearest) = SearchQuality.Of(scored, parsed.GetRequiredValue(stsb), parsed.GetRequiredValue(squad), reference);
        reference ??= nearest;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{folder.Name}, {scored.Sparsity:P0} zeros: {quality} ({Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s)"));
    }
});

var question = new Argument<string>("question") { Description = "what is searched for" };
var documentation = new Option<DirectoryInfo?>("--documentation") { Description = "folder of XML documentation; the SDK's reference pack by default" }.MustExist("a folder of XML documentation");
var search = new Command("search", "Searches .NET's documentation for what answers a question, with each model.") { question, models, documentation, precision };
search.SetAction(parsed =>
{
    var folder = parsed.GetValue(documentation) ?? ReferencePack.Find();
    MemberSummary[] members = [.. folder.EnumerateFiles("*.xml").SelectMany(MemberSummaries.Read).DistinctBy(member => member.Summary)];
    Console.WriteLine($"{members.Length:N0} summaries in {folder}");
    foreach (var each in parsed.GetRequiredValue(models))
        SearchWith(each, members, parsed.GetRequiredValue(question), parsed.GetValue(precision));
});
return await TerminalProgram.Run(new RootCommand("Searches texts by what they mean, with a sentence-transformers model as it is and pruned with SEVEN.") { prune, measure, search }, args);

static void SearchWith(DirectoryInfo folder, MemberSummary[] members, string question, Precision precision)
{
    using var model = SparseModel.Load(folder.FullName, new SparseModelOptions { Precision = precision });
    long start = Stopwatch.GetTimestamp();
    var index = new VectorIndex(model.Embed([.. members.Select(member => member.Summary)]));
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{folder.Name}, {model.Sparsity:P0} zeros, {new FileInfo(Path.Combine(folder.FullName, "model.safetensors")).Length / 1e6:F1} MB: {members.Length / seconds:N0} summaries a second"));
    start = Stopwatch.GetTimestamp();
    var nearest = index.Nearest(model.Embed(question), count: 5);
    double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    foreach (var (number, cosine) in nearest)
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {cosine:F3}  {members[number].Member}: {members[number].Summary}"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  found in {milliseconds:F1} ms"));
}

/// <summary>A text without a label.</summary>
internal sealed class TextRow
{
    public string Text { get; set; } = "";
}
