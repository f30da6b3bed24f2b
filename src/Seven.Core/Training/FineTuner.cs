using Seven.Encoders;
using Seven.Training.Augmentation;
using Seven.Training.Engines;
using Seven.Training.Objectives;

namespace Seven.Training;

/// <summary>Makes the fine-tuner that fits a model.</summary>
public static class FineTuner
{
    /// <summary>Fine-tunes a text classifier; judged by accuracy, macro F1 and Matthews' correlation.</summary>
    /// <param name="model">The model, which is changed.</param>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static FineTuner<TokenizedText, LabelledText> For(BertClassifier model, FineTuningOptions? options = null) => For(model, options, HostEngines.Instance);

    /// <summary>Fine-tunes a text regressor; judged by Pearson's and Spearman's correlation.</summary>
    /// <inheritdoc cref="For(BertClassifier, FineTuningOptions?)" path="/param|/exception"/>
    public static FineTuner<TokenizedText, ScoredText> For(BertRegressor model, FineTuningOptions? options = null) => For(model, options, HostEngines.Instance);

    /// <summary>Fine-tunes a model that finds answers; judged by F1 over tokens and exact match.</summary>
    /// <inheritdoc cref="For(BertClassifier, FineTuningOptions?)" path="/param|/exception"/>
    public static FineTuner<TokenizedText, AnsweredText> For(BertQuestionAnswering model, FineTuningOptions? options = null) => For(model, options, HostEngines.Instance);

    /// <summary>Fine-tunes an image classifier; judged by accuracy, macro F1 and Matthews' correlation.</summary>
    /// <param name="model">The model, which is changed.</param>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <param name="flipImages">Whether every second image, by chance, is learnt from as its mirror image. Default false; usual for photographs.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static FineTuner<Picture, LabelledPicture> For(VitClassifier model, FineTuningOptions? options = null, bool flipImages = false) =>
        For(model, options, flipImages, HostEngines.Instance);

    internal static FineTuner<TokenizedText, LabelledText> For(BertClassifier model, FineTuningOptions? options, IEngineFactory engines) =>
        new(model, new ClassificationObjective<LabelledText>(model.Configuration.Labels.Count, text => text.Label), options ?? new(), engines);

    internal static FineTuner<TokenizedText, ScoredText> For(BertRegressor model, FineTuningOptions? options, IEngineFactory engines) =>
        new(model, new RegressionObjective(), options ?? new(), engines);

    internal static FineTuner<TokenizedText, AnsweredText> For(BertQuestionAnswering model, FineTuningOptions? options, IEngineFactory engines) =>
        new(model, new SpanObjective(), options ?? new(), engines);

    internal static FineTuner<Picture, LabelledPicture> For(VitClassifier model, FineTuningOptions? options, bool flipImages, IEngineFactory engines) => new(
        model, new ClassificationObjective<LabelledPicture>(model.Configuration.Labels.Count, picture => picture.Label), options ?? new(), engines,
        flipImages ? HorizontalFlip.Of(model.Configuration) : null);
}
