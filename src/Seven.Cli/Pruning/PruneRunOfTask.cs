using System.Diagnostics;
using System.Globalization;
using Seven.Cli.Data;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;
using Seven.Goals;
using Seven.Hub;
using Seven.Inference;
using Seven.Pruning;
using Seven.Reports;
using Seven.Terminal;
using Seven.Tokens;
using Seven.Training;

namespace Seven.Cli.Pruning;

/// <summary>A run of one task: training without pruning where the model needs it, then pruning to each sparsity or for a goal.</summary>
internal sealed class PruneRun<TExample, TOutput>(PruneSettings settings, TextExamples<TExample, TOutput> examples, RunDisplay display, CancellationToken cancellationToken)
    where TExample : TokenizedText
{
    /// <summary>Some texts, such as "yes", are in any data twice.</summary>
    private const double MostKnownShare = 0.1;

    private readonly EncoderTask<TokenizedText, TExample, TOutput> _task = examples.Task;
    private readonly string _folder = ModelHub.FolderOf(settings.Model);

    private bool IsEmbedding => _task is TextEmbeddingTask;

    private int Epochs => settings.Epochs ?? (IsEmbedding ? 7 : 3);

    public PruneResult Run(Rows rows, bool needsTraining)
    {
        var clock = Stopwatch.StartNew();
        var model = EncoderModel.Load(_folder, _task, settings.Seed);
        var tokenizer = TokenizerFolder.Read(_folder, (TextConfiguration)model.Configuration);
        var data = new Examples(Of(rows.Train), Of(rows.Unlabeled), Of(rows.Validation), rows.Test is null ? null : Of(rows.Test));
        var input = ModelMeasure.InputOf<TokenizedText, TExample>(model, data.Validation, TimedTokens(model));
        string timed = $"{input.Tokens.Count} tokens";
        if (settings.Goal is LossGoal && KnownRows.Count(rows.Train, rows.Validation) is var known && known > MostKnownShare * rows.Validation.Count)
            display.Warn(string.Create(CultureInfo.InvariantCulture, $"{known:N0} of {rows.Validation.Count:N0} rows to choose by stand in rows that are learned from: a loss that holds on them may not hold on new texts. --validation takes others."));

        double seconds = Train(model, data, needsTraining ? settings.DenseEpochs ?? Epochs : settings.DenseEpochs ?? 0);
        var (dense, denseTrial) = Measured("dense", model, data, input, Precision.Float32, epochs: 0, seconds);
        var models = new List<PrunedModel> { dense };
        if (settings.Goal is { } goal)
            models.Add(Search(goal, model, tokenizer, data, input, dense.Metrics[0].Value));
        else
            foreach (double sparsity in settings.Sparsities)
                models.Add(Prune(sparsity, model, tokenizer, data, input, denseTrial, timed));
        if (Directory.Exists(settings.Unfinished))
            Directory.Delete(settings.Unfinished, recursive: true);
        return new PruneResult(_task.Name, data.Train.Length, data.Unlabeled.Length, data.Validation.Length, data.Test is null ? "validation" : "test", data.Judged.Length, timed, models, clock.Elapsed.TotalSeconds);

        TExample[] Of(IReadOnlyList<TextRow> part) => examples.Of(part, tokenizer, model);
    }

    private int TimedTokens(EncoderModel model) => settings.Goal is LatencyGoal latency ? latency.Tokens : Math.Min(LatencyGoal.UsualTokens, ((TextConfiguration)model.Configuration).MaximumTokens);

    /// <summary>Trains without pruning.</summary>
    private double Train(EncoderModel<TokenizedText, TExample, TOutput> model, Examples data, int epochs)
    {
        if (epochs == 0)
            return 0;
        var result = FineTuner.For(model, Training("dense", epochs)).Run(data.Train, data.Validation, display.Start("dense"), cancellationToken);
        Check(result.Stopped);
        return result.Elapsed.TotalSeconds;
    }

    private PrunedModel Prune(
        double sparsity, EncoderModel<TokenizedText, TExample, TOutput> dense, TextTokenizer tokenizer, Examples data, TokenizedText input, SearchTrial denseTrial, string timed)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{sparsity:P0} zeros");
        var model = dense.Copy();
        var options = Pruning(string.Create(CultureInfo.InvariantCulture, $"{sparsity}"), new PruningOptions { Sparsity = sparsity });
        var result = FineTuner.For(model, options).Run(data.All, data.Validation, display.Start(name), cancellationToken);
        Check(result.Stopped);

        var precision = settings.Precision == Precision.Int8 ? Precision.Int8 : Precision.Float32;
        var rounded = ModelMeasure.Rounded(model, data.Train, settings.Threads);
        double seconds = result.Elapsed.TotalSeconds;
        (PrunedModel Model, SearchTrial Trial)[] measured = [Measured(name, model, data, input, Precision.Float32, Epochs, seconds), Measured(name, rounded, data, input, Precision.Int8, Epochs, seconds)];
        var (chosen, trial) = measured[precision == Precision.Int8 ? 1 : 0];
        var search = new SearchReport(name, MetricName(chosen, data), timed, denseTrial, [.. measured.Select(one => one.Trial)], trial);
        string folder = settings.Sparsities.Count == 1 ? settings.Output : Path.Combine(settings.Output, string.Create(CultureInfo.InvariantCulture, $"{100 * sparsity:0.##}"));
        Save(precision == Precision.Int8 ? rounded : model, tokenizer, result.Pruning!.WithSearch(search), folder, precision);
        return chosen with { Folder = folder };
    }

    private PrunedModel Search(PruningGoal goal, EncoderModel<TokenizedText, TExample, TOutput> dense, TextTokenizer tokenizer, Examples data, TokenizedText input, double denseMetric)
    {
        var wanted = settings.Precision == Precision.Automatic ? goal : goal with { Precisions = [settings.Precision] };
        var search = new Search<TokenizedText, TExample, TOutput>(dense, wanted, Pruning("goal", new PruningOptions()), data.All, data.Validation)
        {
            Progress = display.Start(goal.ToString()!),
            OnTrial = trial => display.Say(trial.ToString()),
            CancellationToken = cancellationToken,
        };
        var found = GoalSearch.Run(search);
        Check(found.Run.Stopped);
        if (!found.Search.Chosen.Holds)
            display.Warn($"Nothing that was tried reaches {goal}; the nearest is saved.");
        if (FewRows.Warning(goal, found.Search) is { } warning)
            display.Warn(warning);
        string name = string.Create(CultureInfo.InvariantCulture, $"{found.Search.Chosen.Sparsity:P0} zeros");
        var (model, _) = Measured(name, found.Model, data, input, found.Precision, Epochs, found.Run.Elapsed.TotalSeconds);
        double lost = denseMetric - model.Metrics[0].Value;
        if (goal is LossGoal { Points: var points } && data.Test is not null && lost > points)
            display.Warn(string.Create(CultureInfo.InvariantCulture, $"On the test rows {model.Metrics[0].Name} is {lost:F4} below the dense model, on those that were chosen by within {points}: these may be too much like the rows learned from. --validation takes others."));
        Save(found.Model, tokenizer, found.Run.Pruning!, settings.Output, found.Precision);
        return model with { Folder = settings.Output };
    }

    private FineTuningOptions Training(string name, int epochs) => new()
    {
        Epochs = epochs,
        LearningRate = settings.LearningRate ?? (IsEmbedding ? 5e-4 : 1e-4),
        Seed = settings.Seed,
        Threads = settings.Threads,
        CheckpointPath = Path.Combine(settings.Unfinished, name + ".checkpoint"),
    };

    private FineTuningOptions Pruning(string name, PruningOptions pruning) => Training(name, Epochs) with
    {
        Pruning = pruning,
        Distillation = IsEmbedding ? Distillation.OfVectors : settings.LearnsFromItself ? new Distillation { Teacher = Teacher.Self, HiddenStates = 1 } : null,
    };

    private (PrunedModel Model, SearchTrial Trial) Measured(
        string name, EncoderModel<TokenizedText, TExample, TOutput> model, Examples data, TokenizedText input, Precision precision, int epochs, double seconds)
    {
        using var scoring = ModelMeasure.Scoring(model, precision, settings.Threads);
        var metrics = ModelMeasure.Judged<TokenizedText, TExample>(scoring, _task, data.Judged, settings.Threads, cancellationToken).Metrics;
        var trial = ModelMeasure.Measured(scoring, _task, "unstructured", scoring.Sparsity, input) with { Metric = metrics[0].Value, Epochs = epochs, IsFull = true, Holds = true };
        return (new PrunedModel(name, Folder: null, scoring.Sparsity, precision.ToString(), metrics, trial.Bytes, trial.Milliseconds, seconds), trial);
    }

    private static string MetricName(PrunedModel model, Examples data) => $"{model.Metrics[0].Name} on {(data.Test is null ? "validation" : "test")} rows";

    private static void Save(EncoderModel<TokenizedText, TExample, TOutput> model, TextTokenizer tokenizer, PruningReport report, string folder, Precision precision)
    {
        model.SaveCompact(folder, precision == Precision.Int8 ? ValuePrecision.Int8 : ValuePrecision.Float32);
        tokenizer.Save(folder);
        report.SaveJson(ReportFolder.FileIn(folder));
    }

    private static void Check(StopReason stopped)
    {
        if (stopped == StopReason.Cancelled)
            throw new OperationCanceledException();
    }

    /// <summary>The examples of a run.</summary>
    private sealed record Examples(TExample[] Train, TExample[] Unlabeled, TExample[] Validation, TExample[]? Test)
    {
        /// <summary>Those that a model with a teacher learns from.</summary>
        public TExample[] All { get; } = [.. Train, .. Unlabeled];

        /// <summary>Those on which models are reported.</summary>
        public TExample[] Judged => Test ?? Validation;
    }
}
