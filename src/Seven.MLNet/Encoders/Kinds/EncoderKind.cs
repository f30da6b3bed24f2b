using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Inference;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Kinds;

/// <summary>What one trainer of encoders does otherwise than the others: its columns, its network, its examples, its results.</summary>
internal abstract class EncoderKind
{
    public abstract EncoderTrainerOptions Options { get; }

    /// <summary>The columns that training reads.</summary>
    public abstract IReadOnlyList<InputColumn> TrainingColumns { get; }

    public static EncoderKind Of(EncoderTrainerOptions options) => options switch
    {
        BertClassificationOptions bert => new BertClassificationKind(bert),
        BertSimilarityOptions bert => new BertSimilarityKind(bert),
        BertQuestionAnsweringOptions bert => new BertAnsweringKind(bert),
        _ => new VisionTransformerKind((VisionTransformerOptions)options),
    };

    /// <summary>The columns that a fitted transformer will make of rows of this shape.</summary>
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
    public abstract EncoderTransformer Load(string folder, SparseModel model, LabelValues? labels);
}

/// <summary>A trained network, and how its training went.</summary>
internal sealed record EncoderFit(EncoderTransformer Transformer, Seven.Training.FineTuningResult Result);
