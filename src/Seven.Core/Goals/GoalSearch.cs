using Seven.Encoders;
using Seven.Inference;
using Seven.Numerics;
using Seven.Pruning;
using Seven.Reports;
using Seven.Training;

namespace Seven.Goals;

/// <summary>Finds how far a model can be pruned for a goal.</summary>
/// <remarks>
/// For a loss, short trials of a third of the epochs bisect the sparsities, and full runs decide, from one step above what the trials hold: downwards until one holds, or upwards while half of the loss is left. That is three trials and one to three runs.
/// For a size or a latency, the sparsity that each pattern and precision needs is measured without training; a short trial of each chooses between them and corrects what was measured, and a full run follows, or two.
/// Weights of int8 models are calibrated with 512 training examples. All is chosen on the validation examples: report what the model does on others. With <see cref="FineTuningOptions.CheckpointPath"/> trials are recorded in a folder beside it, and a search that was ended goes on.
/// </remarks>
public static class GoalSearch
{
    /// <summary>Searches.</summary>
    /// <param name="model">The model, fine-tuned without pruning; it is not changed.</param>
    /// <param name="goal">The goal.</param>
    /// <param name="options">How a full run trains and prunes; the sparsity is found in place of the one in there. A teacher of <see cref="Teacher.Self"/> is the model.</param>
    /// <param name="train">Examples to learn from.</param>
    /// <param name="validation">Examples to choose by.</param>
    /// <param name="progress">Called after each update of the weights, with all trials together as one run.</param>
    /// <param name="cancellationToken">Stops the search; the best run so far that reaches the goal is returned, or the dense model.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="ArgumentException">A set is empty, an example is impossible, or pruning does not fit the model or the number of updates.</exception>
    /// <exception cref="InvalidOperationException">No model is as small or as fast as that; the message says the nearest.</exception>
    /// <exception cref="InvalidDataException">The record of trials is damaged, or of another search.</exception>
    /// <exception cref="TrainingDivergedException">The loss of a trial is not a finite number.</exception>
    public static GoalSearchResult<TInput, TExample, TOutput> Run<TInput, TExample, TOutput>(
        EncoderModel<TInput, TExample, TOutput> model, PruningGoal goal, FineTuningOptions options, IReadOnlyList<TExample> train, IReadOnlyList<TExample> validation,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
        where TExample : class, TInput
    {
        if (validation.Count == 0)
            throw new ArgumentException($"The goal is {goal} and there are no validation examples to choose by; expected some, which are neither learned from nor reported on.", nameof(validation));
        return Run(new Search<TInput, TExample, TOutput>(model, goal.Validated(), options.Validated(), train, validation) { Progress = progress, CancellationToken = cancellationToken });
    }

    internal static GoalSearchResult<TInput, TExample, TOutput> Run<TInput, TExample, TOutput>(Search<TInput, TExample, TOutput> search)
        where TExample : class, TInput
    {
        var trials = new GoalTrials<TInput, TExample, TOutput>(search, new TrialFile(search.Folder, search.Identity));
        try
        {
            var found = search.Goal is LimitGoal limit ? LimitStrategy.Find(limit, trials) : LossStrategy.Find((LossGoal)search.Goal, trials);
            return ResultOf(search, trials, found, StopReason.Finished);
        }
        catch (OperationCanceledException) when (search.CancellationToken.IsCancellationRequested)
        {
            var best = trials.Done.Where(trial => trial is { IsFull: true, Holds: true }).MinBy(trial => trial.Bytes);
            return ResultOf(search, trials, best, StopReason.Cancelled);
        }
    }

    private static GoalSearchResult<TInput, TExample, TOutput> ResultOf<TInput, TExample, TOutput>(
        Search<TInput, TExample, TOutput> search, GoalTrials<TInput, TExample, TOutput> trials, SearchTrial? chosen, StopReason stopped)
        where TExample : class, TInput
    {
        string input = search.Model.Configuration is TextConfiguration ? $"{search.TimedTokens} tokens" : "an image";
        var dense = trials.Dense(Precision.Float32);
        chosen ??= dense;
        var (trained, run) = chosen.Epochs > 0 ? trials.Of(chosen) : NotPruned(search);
        var precision = Enum.Parse<Precision>(chosen.Precision);
        var model = trials.InNumbers(trained, precision);
        var report = new SearchReport(search.Goal.ToString(), search.Dense.Name, input, dense, [.. trials.Done], chosen)
        {
            LossError = search.Goal is LossGoal && stopped == StopReason.Finished ? ErrorOf(search, model, precision) : null,
        };
        return new(model, precision, run.With(stopped, run.Pruning!.WithSearch(report)), report);
    }

    private static double? ErrorOf<TInput, TExample, TOutput>(Search<TInput, TExample, TOutput> search, EncoderModel<TInput, TExample, TOutput> model, Precision precision)
        where TExample : class, TInput
    {
        using var scoring = ModelMeasure.Scoring(model, precision, search.Options.Threads);
        return LossError.Of(search.Model, (EncoderModel<TInput>)scoring.Network, model.Task, search.Validation, search.Options.BestBy, Workers.Of(search.Options.Threads), search.CancellationToken);
    }

    /// <summary>A copy of the dense model, whose run was over before.</summary>
    private static (EncoderModel<TInput, TExample, TOutput>, FineTuningResult) NotPruned<TInput, TExample, TOutput>(Search<TInput, TExample, TOutput> search)
        where TExample : class, TInput
    {
        var model = search.Model.Copy();
        var options = search.Pruning with { Sparsity = 0, InitialSparsity = 0 };
        var report = new Pruner(model.Parameters, options, new PruningSchedule(sparsity: 0, warmUpSteps: 0, pruningSteps: 1)).Report();
        foreach (var parameter in model.Parameters)
            parameter.Mask = null;
        return (model, FineTuningResult.None.With(StopReason.Finished, report));
    }
}
