using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NamedEntities;
using Seven.MLNet;
using Seven.Training;

var documentation = new Argument<DirectoryInfo>("documentation") { Description = "folder of XML documentation, such as packs/Microsoft.NETCore.App.Ref/<version>/ref/<framework> of the SDK" };
var model = new Option<DirectoryInfo?>("--model") { Description = "folder of an encoder to start from, or its name on the hub; from scratch by default" };
var rows = new Option<int>("--rows") { Description = "sentences to learn from at most", DefaultValueFactory = _ => 10_000 };
var epochs = new Option<int>("--epochs") { Description = "passes over the sentences", DefaultValueFactory = _ => 3 };
var sparsity = new Option<double>("--sparsity") { Description = "share of the prunable weights to remove", DefaultValueFactory = _ => 0.8 };
var text = new Option<string>("--text") { Description = "a sentence to label", DefaultValueFactory = _ => "Use a StringBuilder and call Append on it instead of adding strings in a loop ." };
var command = new RootCommand("Finds names of types and members in English sentences, with a token classifier that is pruned while it is trained.") { documentation, model, rows, epochs, sparsity, text };
command.SetAction(parsed =>
{
    var mlContext = new MLContext(seed: 1);
    Mention[] all = [.. parsed.GetRequiredValue(documentation).EnumerateFiles("*.xml").OrderBy(file => file.Name, StringComparer.Ordinal).SelectMany(TypeMentions.Read).DistinctBy(mention => mention.Sentence1)];
    new Random(1).Shuffle(all);
    int count = Math.Min(parsed.GetValue(rows), all.Length * 9 / 10);
    var (train, test) = (all[..count], all[count..Math.Min(all.Length, count + 2000)]);
    Console.WriteLine($"{train.Length:N0} sentences to learn from, {test.Length:N0} to judge by");

    string? folder = parsed.GetValue(model)?.ToString();
    var labels = mlContext.Data.LoadFromEnumerable(TypeMentions.Labels.Select(label => new { Key = label }).ToList());
    var training = new FineTuningOptions { Epochs = parsed.GetValue(epochs), LearningRate = folder is null ? 1e-3 : 2e-4, Seed = 1 };
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", keyData: labels)
        .Append(mlContext.Transforms.SevenPrune(
            mlContext.MulticlassClassification.Trainers.BertTokenClassification(new BertTokenClassificationOptions { ModelFolder = folder, FineTuning = training, MaximumTokens = 128 }),
            new SevenPruneOptions { Sparsity = parsed.GetValue(sparsity) }));
    using var fitted = pipeline.Fit(mlContext.Data.LoadFromEnumerable(train));
    Console.WriteLine($"{fitted.LastTransformer.Report.Sparsity:P0} of the prunable weights are zeros");

    var scored = fitted.Transform(mlContext.Data.LoadFromEnumerable(test));
    Console.WriteLine(SpanScore.Of(scored.GetColumn<VBuffer<uint>>("Label"), scored.GetColumn<VBuffer<uint>>("PredictedLabel")));
    var sentence = fitted.Transform(mlContext.Data.LoadFromEnumerable([new Mention { Sentence1 = parsed.GetRequiredValue(text), Label = [] }]));
    foreach (var (name, kind) in sentence.GetColumn<string[]>("Entity").Single().Zip(sentence.GetColumn<string[]>("EntityLabel").Single()))
        Console.WriteLine($"  {kind,-8}{name}");
});
return command.Parse(args).Invoke();

/// <summary>How many names are found, by their words: each begins and ends with one.</summary>
internal sealed record SpanScore(int Right, int Found, int There)
{
    public static SpanScore Of(IEnumerable<VBuffer<uint>> labels, IEnumerable<VBuffer<uint>> predicted)
    {
        var (right, found, there) = (0, 0, 0);
        foreach (var (wanted, given) in labels.Zip(predicted))
        {
            uint[] one = wanted.DenseValues().ToArray(), other = given.DenseValues().ToArray();
            // The first key is O.
            right += one.Zip(other, (label, prediction) => label > 1 && label == prediction ? 1 : 0).Sum();
            (found, there) = (found + other.Count(label => label > 1), there + one.Count(label => label > 1));
        }

        return new SpanScore(right, found, there);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"F1 {2.0 * Right / (Found + There):F3}, precision {Right / (double)Found:F3}, recall {Right / (double)There:F3} over {There:N0} names");
}
