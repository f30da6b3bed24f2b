using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.Hub;
using Seven.MLNet.Encoders.Columns;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.MLNetInternals;
using Seven.MLNet.Pipeline;
using Seven.Training;

namespace Seven.MLNet;

/// <summary>Trains a BERT or a ViT, from a Hugging Face folder or from scratch. Made by <c>Bert</c>, <c>BertSimilarity</c>, <c>BertQuestionAnswering</c> and
/// <c>VisionTransformer</c> among ML.NET's trainers.</summary>
/// <remarks>Prune what it trains with <c>mlContext.Transforms.SevenPrune</c>, appended or around it.</remarks>
public sealed class EncoderTrainer : IEstimator<EncoderTransformer>, IPrunableTrainer
{
    /// <summary>The suffix of the checkpoint's path for the run before the pruning one.</summary>
    private const string CheckpointOfTeacher = ".teacher";

    /// <summary>About the share of the time that training without pruning takes before a search.</summary>
    private const double ShareBeforeSearch = 0.3;

    private readonly IHostEnvironment _environment;
    private readonly IHost _host;
    private readonly EncoderColumns _columns;

    internal EncoderTrainer(IHostEnvironment environment, EncoderTrainerOptions options)
    {
        options.Validate();
        if (options.ModelFolder is { } given)
            options = options with { ModelFolder = FolderOf(given) };
        (_environment, _host, _columns) = (environment, environment.Register(nameof(EncoderTrainer)), EncoderColumns.Of(options));
        environment.ComponentCatalog.RegisterSeven();
    }

    /// <summary>The folder of a model, downloaded where it is a name on the hub.</summary>
    private static string FolderOf(string folderOrName) => ModelHub.FolderOf(folderOrName) is var folder && Directory.Exists(folder)
        ? folder
        : throw new DirectoryNotFoundException($"The model folder {folder} does not exist; expected a Hugging Face folder of a BERT or a ViT, a name on the hub, or null to train from scratch.");

    /// <summary>Trains.</summary>
    /// <param name="input">The rows to train on.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or none with a label, or a GPU was asked for and is missing.</exception>
    /// <exception cref="InvalidDataException">The model folder is damaged or of another architecture, or a row cannot be used.</exception>
    /// <exception cref="FileNotFoundException">A file of the model folder is missing.</exception>
    /// <exception cref="ArgumentException">The training's options do not fit each other.</exception>
    public EncoderTransformer Fit(IDataView input) => Fit(input, pruning: null).Transformer;

    /// <summary>The columns after this step.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputCheck.Check(inputSchema, _columns.TrainingColumns);
        var builder = new DataViewSchema.Builder();
        foreach (var column in _columns.OutputsFor(inputSchema))
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        var made = SchemaShapes.Of(builder.ToSchema());
        return new SchemaShape([.. inputSchema.Where(column => made.All(other => other.Name != column.Name)), .. made]);
    }

    PrunedNetwork IPrunableTrainer.FitPruned(IDataView rows, SevenPruneOptions options)
    {
        var fit = options.Goal is not null || options.Distillation?.Teacher == Teacher.Self ? FitTwice(rows, options) : Fit(rows, options);
        return new PrunedNetwork(fit.Transformer, schema => InputCheck.Check(schema, fit.Transformer.Scoring.Inputs), OutcomeOf(fit.Result));
    }

    /// <summary>Trains an encoder's network further, and prunes it meanwhile, in place.</summary>
    internal static PruningOutcome PruneFurther(EncoderTransformer encoder, IDataView rows, IHostEnvironment environment, SevenPruneOptions pruning)
    {
        var training = encoder.Columns.Options.FineTuningIn(environment);
        // The file is that of the run before; a search has a folder of its own beside it.
        if (pruning.Goal is null)
            training = training with { CheckpointPath = null };
        var trainer = new EncoderTrainer(environment, encoder.Columns.Options with { ModelFolder = null, FineTuning = training, PruningLearningRate = encoder.Columns.Options.LearningRateWhilePruned });
        var fit = trainer._columns.FitFurther(encoder, trainer.Checked(rows), trainer.RunOf(pruning));
        encoder.Replace(fit.Transformer.Model);
        return OutcomeOf(fit.Result);
    }

    /// <summary>Trains without pruning, then with it, from what came out: as the teacher, or as what a goal is measured by. One run with one progress.</summary>
    private EncoderFit FitTwice(IDataView rows, SevenPruneOptions options)
    {
        var progress = options.Progress ?? _columns.Options.Progress;
        double first = options.Goal is null ? 0.5 : ShareBeforeSearch;
        var training = TrainingOf(pruning: null);
        if (training.CheckpointPath is { } path)
            training = training with { CheckpointPath = path + CheckpointOfTeacher };
        var dense = _columns.Fit(Checked(rows), RunOf(options) with { FineTuning = training, Goal = null, Progress = ProgressPart.Of(progress, 0, first) });
        using var teacher = dense.Transformer;
        var run = RunOf(options) with { Progress = ProgressPart.Of(progress, first, 1) };
        // A checkpoint with a teacher that was not trained to its end would not fit the one that is.
        if (dense.Result.Stopped == StopReason.Cancelled)
            run = run with { FineTuning = run.FineTuning with { CheckpointPath = null } };
        var fit = _columns.FitFurther(teacher, rows, run);
        fit.Transformer.History = fit.Result.History;
        return fit;
    }

    private static PruningOutcome OutcomeOf(FineTuningResult result) => new(result.Pruning!, result.History, result.Stopped);

    private IDataView Checked(IDataView input)
    {
        InputCheck.Check(input.Schema, _columns.TrainingColumns);
        return input;
    }

    private EncoderFit Fit(IDataView input, SevenPruneOptions? pruning)
    {
        var fit = _columns.Fit(Checked(input), RunOf(pruning));
        fit.Transformer.History = fit.Result.History;
        return fit;
    }

    private FineTuningOptions TrainingOf(SevenPruneOptions? pruning)
    {
        var training = _columns.Options.FineTuningIn(_environment);
        return pruning is null ? training : training with
        {
            Pruning = pruning,
            Epochs = pruning.Epochs ?? training.Epochs,
            LearningRate = pruning.LearningRate ?? _columns.Options.LearningRateWhilePruned,
            Patience = pruning.Patience ?? training.Patience,
            Distillation = pruning.Distillation ?? training.Distillation,
        };
    }

    private EncoderRun RunOf(SevenPruneOptions? pruning)
    {
        var options = _columns.Options;
        var training = TrainingOf(pruning);
        var validation = pruning?.ValidationSet ?? options.ValidationSet;
        if (validation is not null)
            InputCheck.Check(validation.Schema, _columns.TrainingColumns);
        if (training.Patience is not null && validation is null)
            throw new ArgumentException("Patience is set and there is no validation set to judge epochs by; expected one in the options.");
        if (pruning?.Goal is { } goal && validation is null)
            throw new ArgumentException($"The goal is {goal} and there is no validation set to choose by; expected {nameof(SevenPruneOptions.ValidationSet)} in the options: rows that are neither learned from nor reported on.");
        var cancellationToken = pruning?.CancellationToken is { CanBeCanceled: true } given ? given : options.CancellationToken;
        return new EncoderRun(training, options.Device == ComputeDevice.Cuda ? GpuPreparation.BackendFor(_environment, options.MixedPrecision) : null, validation, _host, pruning?.Progress ?? options.Progress, cancellationToken) { Goal = pruning?.Goal };
    }
}
