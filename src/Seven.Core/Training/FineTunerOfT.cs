using System.Diagnostics;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Metrics;
using Seven.Numerics;
using Seven.Reports;
using Seven.Training.Engines;

namespace Seven.Training;

/// <summary>Fine-tunes a model on examples, and prunes it meanwhile if asked to. Made by <see cref="FineTuner"/>.</summary>
/// <typeparam name="TInput">What the model reads.</typeparam>
/// <typeparam name="TExample">An input with its target.</typeparam>
public sealed class FineTuner<TInput, TExample>
    where TExample : class, TInput
{
    private readonly EncoderModel<TInput> _model;
    private readonly IObjective<TExample> _objective;
    private readonly FineTuningOptions _options;
    private readonly TrainingBackend? _backend;
    private readonly Augmentation<TExample> _augmentation;

    internal FineTuner(
        EncoderModel<TInput> model, IObjective<TExample> objective, FineTuningOptions options, TrainingBackend? backend, Augmentation<TExample> augmentation) =>
        (_model, _objective, _options, _backend, _augmentation) = (model, objective, options, backend, augmentation);

    /// <summary>Evaluates the current model on a set of examples.</summary>
    /// <param name="examples">The whole set.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    /// <exception cref="ArgumentException">The set is empty, or an example is impossible.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Evaluation Evaluate(IReadOnlyList<TExample> examples, CancellationToken cancellationToken = default)
    {
        Check(examples, _objective.ForEvaluation, nameof(examples));
        return new Trainer<TInput, TExample>(_model, _objective, Workers.Of(_options.Threads)).Evaluate(examples, cancellationToken);
    }

    /// <summary>Trains the model, which holds the best weights afterwards.</summary>
    /// <param name="train">Examples to learn from.</param>
    /// <param name="validation">Examples by which the best epoch is chosen; <see langword="null"/> to keep the last epoch.</param>
    /// <param name="progress">Called after each update.</param>
    /// <param name="cancellationToken">Stops the training; what was reached is kept and returned.</param>
    /// <exception cref="ArgumentException">A set is empty, an example is impossible, or pruning does not fit the model or the number of updates.</exception>
    /// <exception cref="TrainingDivergedException">The loss is not a finite number.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged or of another run.</exception>
    public FineTuningResult Run(
        IReadOnlyList<TExample> train, IReadOnlyList<TExample>? validation = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Check(train, _objective, nameof(train));
        if (validation is not null)
            Check(validation, _objective.ForEvaluation, nameof(validation));
        CheckMetric(validation);
        var clock = Stopwatch.StartNew();
        using var session = new FineTuningSession<TInput, TExample>(
            _model, updates => NewEngine(updates, train), _options, train, validation, _augmentation, _objective.TeacherIdentity, progress, cancellationToken);
        var stopped = session.Run();
        int cut = train.Concat(validation ?? []).Count(example => _model.IsCut(example));
        return new FineTuningResult
        {
            Stopped = stopped,
            BestEpoch = session.State.BestEpoch,
            History = session.State.History,
            Pruning = session.Report()?.WithCourse(session.Course).WithValues(WeightDistribution.Of(_model.Parameters)),
            CutExamples = cut,
            Elapsed = clock.Elapsed,
        };
    }

    private ITrainingEngine<TExample> NewEngine(int updates, IReadOnlyList<TExample> train) => _backend is null
        ? new HostEngine<TInput, TExample>(_model, _objective, _options, updates, train)
        : _backend.NewEngine(_model, _objective, _options, updates);

    /// <summary>Finds a metric that is not there before an epoch is over.</summary>
    private void CheckMetric(IReadOnlyList<TExample>? validation)
    {
        if (_options.BestBy is null)
            return;
        if (validation is null)
            throw new ArgumentException($"BestBy is '{_options.BestBy}' and there are no validation examples to judge epochs by; expected some, or none of it.");
        Evaluate([validation[0]]).By(_options.BestBy);
    }

    private static void Check(IReadOnlyList<TExample> examples, IObjective<TExample> objective, string name)
    {
        if (examples.Count == 0)
            throw new ArgumentException($"There are no examples in {name}; expected at least one.", name);
        foreach (var example in examples)
            objective.Check(example);
    }
}
