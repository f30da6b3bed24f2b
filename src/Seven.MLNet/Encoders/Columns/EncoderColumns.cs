using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Encoders.Tasks;
using Seven.Hub;
using Seven.Inference;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;
using Seven.Tokens;
using Seven.Training;

namespace Seven.MLNet.Encoders.Columns;

/// <summary>The columns of one trainer of encoders: what it reads, what it learns from, and what it adds to the rows.</summary>
internal abstract class EncoderColumns
{
    public abstract EncoderTrainerOptions Options { get; }

    /// <summary>The columns that training reads.</summary>
    public abstract IReadOnlyList<InputColumn> TrainingColumns { get; }

    public static EncoderColumns Of(EncoderTrainerOptions options) => options switch
    {
        BertClassificationOptions bert => new TextClassificationColumns(bert),
        BertSimilarityOptions bert => new TextRegressionColumns(bert),
        BertQuestionAnsweringOptions bert => new QuestionAnsweringColumns(bert),
        BertTokenClassificationOptions bert => new TokenClassificationColumns(bert),
        TextEmbeddingOptions bert => new TextEmbeddingColumns(bert),
        _ => new ImageClassificationColumns((VisionTransformerOptions)options),
    };

    /// <summary>The columns that a fitted transformer adds to rows of this shape.</summary>
    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows);

    /// <summary>The type of the main column that is read.</summary>
    public virtual DataViewType FeatureColumnType(EncoderConfiguration shape) => TextDataViewType.Instance;

    /// <summary>Trains a new network.</summary>
    public abstract EncoderFit Fit(IDataView rows, EncoderRun run);

    /// <summary>Trains a network further.</summary>
    /// <exception cref="InvalidOperationException">The rows have other labels than those it was trained on.</exception>
    public abstract EncoderFit FitFurther(EncoderTransformer fitted, IDataView rows, EncoderRun run);

    /// <summary>The transformer over a network that was saved.</summary>
    /// <param name="folder">The Hugging Face folder.</param>
    /// <param name="model">Its network.</param>
    /// <param name="labels">Its labels, if it has any.</param>
    /// <exception cref="InvalidDataException">The network is of another task.</exception>
    public abstract EncoderTransformer Load(string folder, SparseModel model, LabelValues? labels);
}

/// <summary>The columns of one trainer of encoders.</summary>
/// <typeparam name="TRow">What is read of a row.</typeparam>
/// <typeparam name="TInput">An input of the network.</typeparam>
/// <typeparam name="TExample">An input with its target.</typeparam>
/// <typeparam name="TOutput">The network's result for an input.</typeparam>
/// <typeparam name="TResult">The result for a row.</typeparam>
internal abstract class EncoderColumns<TRow, TInput, TExample, TOutput, TResult> : EncoderColumns
    where TRow : class
    where TExample : class, TInput
    where TResult : class
{
    public override EncoderFit Fit(IDataView rows, EncoderRun run)
    {
        var labels = LabelsOf(rows.Schema);
        var (shape, source) = Start(rows);
        var task = TaskFor(labels);
        var model = Options.ModelFolder is { } folder ? EncoderModel.Load(folder, task, run.FineTuning.Seed) : EncoderModel.Create(shape, task, run.FineTuning.Seed);
        return Train(model, source, labels, rows, run);
    }

    public override EncoderFit FitFurther(EncoderTransformer fitted, IDataView rows, EncoderRun run)
    {
        var model = TaskFor(fitted.Labels).NewModel(fitted.Model.Configuration, new WeightInitializer(seed: null));
        fitted.Model.CopyTo(model.Parameters);
        return Train(model, ((EncoderScoring<TRow, TResult>)fitted.Scoring).Source, fitted.Labels, rows, run);
    }

    public override EncoderTransformer Load(string folder, SparseModel model, LabelValues? labels) => model.Task is EncoderTask<TInput, TExample, TOutput>
        ? new EncoderTransformer(this, model, ScoringOf(SourceIn(folder, model.Configuration), labels, model.Configuration), labels)
        : throw new InvalidDataException($"The network is for {model.Task}; expected one that {Options.GetType().Name} makes.");

    /// <summary>The labels of the rows; <see langword="null"/> for tasks without.</summary>
    protected virtual LabelValues? LabelsOf(DataViewSchema schema) => null;

    protected abstract EncoderTask<TInput, TExample, TOutput> TaskFor(LabelValues? labels);

    /// <summary>The network's shape and what reads the rows, out of the model folder or, from scratch, out of the rows.</summary>
    protected abstract (EncoderConfiguration Shape, InputSource<TRow> Source) Start(IDataView rows);

    /// <summary>Returns the source of inputs for a saved network.</summary>
    protected abstract InputSource<TRow> SourceIn(string folder, EncoderConfiguration shape);

    protected abstract IReadOnlyList<TExample> Examples(IDataView rows, InputSource<TRow> source, LabelValues? labels, ReadingRun run);

    protected abstract ResultColumns<TResult> ResultsOf(LabelValues? labels);

    /// <summary>The columns of the results of a network of that shape.</summary>
    protected virtual ResultColumns<TResult> ResultsOf(LabelValues? labels, EncoderConfiguration shape) => ResultsOf(labels);

    /// <summary>The run as the task needs it; <see langword="null"/> where there is nothing to learn.</summary>
    protected virtual EncoderRun? RunFor(EncoderRun run) => run;

    /// <summary>The examples with the targets that the model itself gives them, for tasks whose rows have none.</summary>
    protected virtual IReadOnlyList<TExample> WithTargets(IReadOnlyList<TExample> examples, EncoderModel<TInput, TExample, TOutput> model) => examples;

    /// <summary>The results of rows.</summary>
    protected abstract TResult[] Score(SparseModel model, IReadOnlyList<TRow> rows);

    private EncoderFit Train(EncoderModel<TInput, TExample, TOutput> model, InputSource<TRow> source, LabelValues? labels, IDataView rows, EncoderRun run)
    {
        if (run.FineTuning.Distillation?.Teacher.ModelFolder is { } named && ModelHub.FolderOf(named) is var teacher && source.Tokenizer is { } tokenizer && TokenizerFolder.IsIn(teacher)
            && !tokenizer.ReadsLike(TokenizerFolder.Read(teacher, (TextConfiguration)model.Configuration)))
            throw new ArgumentException($"The teacher in {teacher} has another tokenizer; expected that of the model, with the same tokens in the same order and the same treatment of case and accents.");
        if (RunFor(run) is not { } suited)
            return new EncoderFit(TransformerOf(model, Precision.Float32, source, labels), FineTuningResult.None);
        var (trained, precision, result) = suited.Train(model, rows, (view, reading) => WithTargets(Examples(view, source, labels, reading), model));
        // What was removed as a whole is in no matrix any more.
        if (run.FineTuning.Pruning?.Pattern.Structure is not null)
            trained = trained.WithoutPrunedStructures();
        return new EncoderFit(TransformerOf(trained, precision, source, labels), result);
    }

    private EncoderTransformer TransformerOf(EncoderModel model, Precision precision, InputSource<TRow> source, LabelValues? labels) =>
        new(this, SparseModel.Of(model, new SparseModelOptions { Precision = precision }), ScoringOf(source, labels, model.Configuration), labels);

    private EncoderScoring<TRow, TResult> ScoringOf(InputSource<TRow> source, LabelValues? labels, EncoderConfiguration shape) => new(source, Score, ResultsOf(labels, shape));
}

/// <summary>A trained network, and how its training went.</summary>
internal sealed record EncoderFit(EncoderTransformer Transformer, FineTuningResult Result);
