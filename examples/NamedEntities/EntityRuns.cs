using System.Diagnostics;
using System.Globalization;
using Common;
using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet;
using Seven.Terminal;
using Seven.Training;

namespace NamedEntities;

/// <summary>Fits the pipeline once for each sparsity.</summary>
/// <param name="mentions">The sentences.</param>
/// <param name="folder">The folder to start from, or its name on the hub; <see langword="null"/> from scratch.</param>
/// <param name="epochs">Passes over the sentences.</param>
/// <param name="output">The folder for the models.</param>
/// <param name="display">Where the runs are shown.</param>
internal sealed class EntityRuns(Mentions mentions, string? folder, int epochs, string output, RunDisplay display)
{
    /// <summary>Sentences whose time is taken.</summary>
    private const int TimedSentences = 60;

    private readonly MLContext _mlContext = new(seed: 1);

    /// <summary>The models, in the order of the sparsities.</summary>
    /// <param name="sparsities">Shares of weights to remove; 0 for the dense model.</param>
    public Results Run(IReadOnlyList<double> sparsities)
    {
        _mlContext.ShowIn(display);
        return new Results(_mlContext, [.. sparsities.Select(Run)]);
    }

    private (TrainedModel Model, Action Score, ITransformer Fitted) Run(double sparsity)
    {
        string name = sparsity == 0 ? "dense" : string.Create(CultureInfo.InvariantCulture, $"seven-{100 * sparsity:0.#}");
        var progress = display.Start(name);
        var training = new FineTuningOptions { Epochs = epochs, LearningRate = folder is null ? 1e-3 : 2e-4, Seed = 1 };
        var trainer = _mlContext.MulticlassClassification.Trainers.BertTokenClassification(
            new BertTokenClassificationOptions { ModelFolder = folder, FineTuning = training, MaximumTokens = 128, Progress = sparsity == 0 ? progress : null });
        IEstimator<ITransformer> network = sparsity == 0 ? trainer : _mlContext.Transforms.SevenPrune(trainer, new SevenPruneOptions { Sparsity = sparsity, Progress = progress });
        var labels = _mlContext.Data.LoadFromEnumerable(TypeMentions.Labels.Select(label => new { Key = label }).ToList());
        var (train, test) = (_mlContext.Data.LoadFromEnumerable(mentions.Train), _mlContext.Data.LoadFromEnumerable(mentions.Test));
        var watch = Stopwatch.StartNew();
        var fitted = _mlContext.Transforms.Conversion.MapValueToKey("Label", keyData: labels).Append(network).Fit(train);
        double seconds = watch.Elapsed.TotalSeconds;
        var scored = fitted.Transform(test);
        var score = SpanScore.Of(scored.GetColumn<VBuffer<uint>>("Label"), scored.GetColumn<VBuffer<uint>>("PredictedLabel"));
        var model = TrainedModel.Save(_mlContext, fitted, train.Schema, name, output, score.Metrics, seconds);
        var scoring = model.Load();
        return (model, scoring.ScoreAll([.. mentions.Test.Take(TimedSentences).Select(mention => scoring.Tokenize(mention.Sentence1))]), fitted);
    }

    /// <summary>What came of the runs.</summary>
    internal sealed record Results(MLContext Context, IReadOnlyList<(TrainedModel Model, Action Score, ITransformer Fitted)> Models)
    {
        /// <summary>Prints the table, and what each model finds in a sentence.</summary>
        public void Print(string text)
        {
            TrainedModel.Print([.. Models.Select(one => one.Model)], [.. Models.Select(one => one.Score)], TimedSentences, "sentence");
            foreach (var (model, _, fitted) in Models)
            {
                var sentence = fitted.Transform(Context.Data.LoadFromEnumerable([new Mention { Sentence1 = text, Label = [] }]));
                var names = sentence.GetColumn<string[]>("Entity").Single().Zip(sentence.GetColumn<string[]>("EntityLabel").Single(), (name, kind) => $"{name} ({kind})");
                Console.WriteLine($"{model.Name} finds {string.Join(", ", names)}.");
            }
        }
    }
}
