using System.Globalization;
using Seven.Encoders;
using Seven.Inference;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Pruning.Patterns;
using Seven.Reports;
using Seven.Training;

namespace Seven.Goals;

/// <summary>Trains and measures the models of a search.</summary>
/// <param name="search">What is searched, with what.</param>
/// <param name="file">Trials that were made before.</param>
internal sealed class GoalTrials<TInput, TExample, TOutput>(Search<TInput, TExample, TOutput> search, TrialFile file) : ITrials
    where TExample : class, TInput
{
    /// <summary>A short trial has a third of the epochs: enough to tell sparsities apart.</summary>
    private const int ShortShare = 3;

    private readonly TInput _timedInput = search.TimedInput;
    private readonly Dictionary<string, Trained> _trained = [];
    private readonly Dictionary<string, SearchTrial> _done = [];
    private double _epochsDone;

    /// <summary>Trials in their order, without those that were measured only.</summary>
    public IEnumerable<SearchTrial> Done => _done.Values.Where(trial => trial.Epochs > 0);

    private int ShortEpochs => (search.Options.Epochs + ShortShare - 1) / ShortShare;

    public SearchTrial Dense(Precision precision) => Once(NameOf(MaskPattern.Unstructured, 0, precision, 0), () =>
        Measured(search.Model, MaskPattern.Unstructured, 0, precision) with { IsFull = true, Metric = precision == Precision.Float32 ? search.Dense.Value : Judged(search.Model, precision) });

    public SearchTrial Untrained(MaskPattern pattern, double sparsity, Precision precision) => Once(NameOf(pattern, sparsity, precision, 0), () =>
    {
        search.CancellationToken.ThrowIfCancellationRequested();
        var model = search.Model.Copy();
        var options = PruningTo(pattern, sparsity) with { Criterion = new MagnitudeCriterion(), Scope = PruningScope.PerLayer };
        new Pruner(model.Parameters, options, new PruningSchedule(sparsity, warmUpSteps: 0, pruningSteps: 1), search.Options.Threads).Step();
        return Measured(model, pattern, sparsity, precision);
    });

    public SearchTrial Pruned(MaskPattern pattern, double sparsity, Precision precision, bool isFull)
    {
        int epochs = isFull ? search.Options.Epochs : ShortEpochs;
        string name = NameOf(pattern, sparsity, precision, epochs);
        // The model of a full run is needed; its checkpoint is at its end.
        return Once(name, () => IsFull(epochs) ? Run() : file.Of(name, Run));

        SearchTrial Run()
        {
            var trained = Train(pattern, sparsity, epochs);
            double metric = precision == Precision.Float32 ? trained.Result.Evaluation!.Primary.Value : Judged(trained.Model, precision);
            return Measured(trained.Model, pattern, trained.Result.Pruning!.Sparsity, precision) with { Epochs = epochs, IsFull = trained.IsFull, Metric = metric };
        }
    }

    /// <summary>The model of a full run, and how that went.</summary>
    public (EncoderModel<TInput, TExample, TOutput> Model, FineTuningResult Result) Of(SearchTrial trial)
    {
        var trained = _trained.Values.First(candidate => candidate.IsFull && candidate.Result.Pruning!.Pattern == trial.Pattern && candidate.Result.Pruning.Sparsity == trial.Sparsity);
        return (trained.Model, trained.Result);
    }

    private bool IsFull(int epochs) => epochs == search.Options.Epochs;

    private SearchTrial Once(string name, Func<SearchTrial> make)
    {
        if (_done.TryGetValue(name, out var found))
            return found;
        var trial = make();
        trial = _done[name] = trial with { Holds = search.Goal.IsReachedBy(trial, search.Dense.Value) };
        if (trial.Epochs > 0)
            search.OnTrial?.Invoke(trial);
        return trial;
    }

    private Trained Train(MaskPattern pattern, double sparsity, int epochs)
    {
        string name = NameOf(pattern, sparsity, precision: null, epochs);
        if (_trained.TryGetValue(name, out var found))
            return found;
        ForgetShortTrials();
        var model = search.Model.Copy();
        string? checkpoint = CheckpointOf(name);
        var options = search.Options with { Epochs = epochs, Pruning = PruningTo(pattern, sparsity), CheckpointPath = checkpoint };
        double planned = Math.Max(search.PlannedEpochs(ShortEpochs), _epochsDone + epochs);
        var progress = ProgressPart.Of(search.Progress, _epochsDone / planned, (_epochsDone + epochs) / planned);
        var result = FineTuner.For(model, options, search.Backend).Run(search.Train, search.Validation, progress, search.CancellationToken);
        if (result.Stopped == StopReason.Cancelled)
            throw new OperationCanceledException(search.CancellationToken);
        _epochsDone += epochs;
        return _trained[name] = new Trained(model, result, IsFull(epochs));
    }

    /// <summary>A short trial's model is needed until it was judged with all numbers.</summary>
    private void ForgetShortTrials()
    {
        foreach (string name in _trained.Where(entry => !entry.Value.IsFull).Select(entry => entry.Key).ToList())
        {
            _trained.Remove(name);
            if (CheckpointOf(name) is { } checkpoint)
                File.Delete(checkpoint);
        }
    }

    private string? CheckpointOf(string name) => search.Folder is { } folder ? Path.Combine(folder, name + ".checkpoint") : null;

    private PruningOptions PruningTo(MaskPattern pattern, double sparsity) => search.Pruning with
    {
        Sparsity = sparsity,
        Pattern = pattern,
        InitialSparsity = Math.Min(search.Pruning.InitialSparsity, sparsity),
        MaximumLayerSparsity = Math.Max(search.Pruning.MaximumLayerSparsity, sparsity),
    };

    /// <summary>The model with the weights that it has in files of a precision.</summary>
    public EncoderModel<TInput, TExample, TOutput> InNumbers(EncoderModel<TInput, TExample, TOutput> model, Precision precision) =>
        precision == Precision.Int8 ? ModelMeasure.Rounded(model, search.Train, search.Options.Threads) : model;

    /// <summary>The metric of a model that scores with these numbers.</summary>
    private double Judged(EncoderModel<TInput, TExample, TOutput> model, Precision precision)
    {
        using var scoring = ModelMeasure.Scoring(InNumbers(model, precision), precision, search.Options.Threads);
        return ModelMeasure.Judged<TInput, TExample>(scoring, model.Task, search.Validation, search.Options.Threads, search.CancellationToken).By(search.Options.BestBy).Primary.Value;
    }

    private SearchTrial Measured(EncoderModel<TInput, TExample, TOutput> model, MaskPattern pattern, double sparsity, Precision precision)
    {
        using var scoring = ModelMeasure.Scoring(model, precision, search.Options.Threads);
        return ModelMeasure.Measured(scoring, model.Task, pattern.Name, sparsity, _timedInput);
    }

    private static string NameOf(MaskPattern pattern, double sparsity, Precision? precision, int epochs) => string.Create(
        CultureInfo.InvariantCulture, $"{pattern.Name.Replace(" × ", "x", StringComparison.Ordinal).Replace(' ', '-')}-{sparsity:0.###}{(precision is { } numbers ? $"-{numbers}" : "")}-{epochs}");

    private sealed record Trained(EncoderModel<TInput, TExample, TOutput> Model, FineTuningResult Result, bool IsFull);
}
