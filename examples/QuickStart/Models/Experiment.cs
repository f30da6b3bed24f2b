using QuickStart.Data;
using QuickStart.Output;
using Seven.Encoders;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Training;

namespace QuickStart.Models;

/// <summary>Trains a network from scratch, then fine-tunes it three ways: as it is, pruned by SEVEN, pruned by magnitude.</summary>
internal sealed class Experiment(QuickStartOptions options, Dataset dataset, Vocabulary vocabulary, ProgressDisplay display, CancellationToken cancellation)
{
    private readonly LabelledText[] _train = Encode(dataset, vocabulary, dataset.Train);
    private readonly LabelledText[] _validation = Encode(dataset, vocabulary, dataset.Validation);
    private readonly LabelledText[] _test = Encode(dataset, vocabulary, dataset.Test);

    /// <summary>The models in the order of the table; fewer if it is cancelled.</summary>
    public IReadOnlyList<TrainedModel> Run()
    {
        var start = new BertClassifier(Recipe.Network(dataset, vocabulary), options.Seed);
        Train("from scratch", start, Recipe.FromScratch(options));
        string startFolder = Save(start, "start", isPruned: false);

        (string Name, ICriterion? Criterion)[] runs = [("dense", null), ("SEVEN", new SevenCriterion()), ("magnitude", new MagnitudeCriterion())];
        var models = new List<TrainedModel>();
        foreach (var (name, criterion) in runs)
        {
            if (cancellation.IsCancellationRequested)
                break;
            var model = BertClassifier.Load(startFolder);
            var pruning = criterion is null ? null : new PruningOptions { Sparsity = options.Sparsity, Criterion = criterion };
            var training = Train(name, model, Recipe.FineTuning(options, pruning));
            var evaluation = FineTuner.For(model).Evaluate(_test);
            models.Add(new TrainedModel(name, model, training, evaluation, Save(model, name.ToLowerInvariant(), isPruned: pruning is not null)));
        }

        return WithLatency(models);
    }

    private List<TrainedModel> WithLatency(List<TrainedModel> models)
    {
        var latencies = Latency.Of([.. models.Select(model => model.Folder)], _test);
        foreach (var (model, latency) in models.Zip(latencies))
            if (model.Training.Pruning is { } report)
                (report with { Latency = new LatencyComparison("a sentence", latencies[0].Alone, latency.Alone) }).SaveHtml(model.ReportPath);
        return [.. models.Zip(latencies, (model, latency) => model with { Latency = latency })];
    }

    private static LabelledText[] Encode(Dataset dataset, Vocabulary vocabulary, IReadOnlyList<LabelledSentence> sentences)
    {
        var numbers = dataset.Labels.Select((label, number) => (label, number)).ToDictionary(pair => pair.label, pair => pair.number);
        return [.. sentences.Select(sentence => new LabelledText { Tokens = vocabulary.Encode(sentence.Text), Label = numbers[sentence.Label] })];
    }

    private FineTuningResult Train(string name, BertClassifier model, FineTuningOptions fineTuning) =>
        FineTuner.For(model, fineTuning).Run(_train, _validation, display.Start(name), cancellation);

    private string Save(BertClassifier model, string name, bool isPruned)
    {
        string folder = Path.Combine(options.OutputFolder, name);
        if (isPruned)
            model.SaveCompact(folder);
        else
            model.Save(folder);
        vocabulary.Save(folder);
        return folder;
    }
}
