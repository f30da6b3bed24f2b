using Seven.MLNet;
using Seven.MLNet.MLNetInternals;

// ML.NET's own namespace, as its extensions have it: the methods are there wherever an MLContext is.
namespace Microsoft.ML;

/// <summary>Trainers of Hugging Face's BERT and ViT among ML.NET's own.</summary>
public static class EncoderCatalog
{
    /// <summary>A BERT that classifies texts or pairs of texts, of any language: the model folder's vocabulary and casing decide.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="modelFolder">A Hugging Face folder: <c>config.json</c>, <c>model.safetensors</c> and the tokenizer's files; <see langword="null"/> to train from scratch.</param>
    /// <param name="labelColumnName">The column of labels, keys.</param>
    /// <param name="textColumnName">The column of texts.</param>
    /// <param name="secondTextColumnName">The column of the second texts of pairs; <see langword="null"/> if there are none.</param>
    /// <param name="batchSize">Rows in a batch. Default 32, as in the BERT paper.</param>
    /// <param name="epochs">Passes over the rows. Default 3, as in the BERT paper.</param>
    /// <param name="size">The size of a network trained from scratch.</param>
    /// <param name="validationSet">Rows to judge each epoch by; the best epoch's weights are taken.</param>
    /// <exception cref="ArgumentException">An argument cannot be used.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <remarks>
    /// <format type="text/markdown">
    /// <![CDATA[
    /// ### Input columns
    /// | Column | Type | |
    /// | -- | -- | -- |
    /// | label | key | Rows without one are left out, or learn from a teacher alone. |
    /// | text, second text | text | Empty texts are texts without words. |
    ///
    /// ### Output columns
    /// | Column | Type | |
    /// | -- | -- | -- |
    /// | `PredictedLabel` | key | The most probable label, with the values of the label column. |
    /// | `Score` | vector of Single | The labels' probabilities, under the labels' names. |
    ///
    /// ### Trainer characteristics
    /// | | |
    /// | -- | -- |
    /// | Machine learning task | Multiclass classification |
    /// | Is normalization required? | No |
    /// | Is caching required? | No |
    /// | Required NuGet in addition to Microsoft.ML | Seven.MLNet; libtorch only to train on a GPU |
    /// | Exportable to ONNX | Yes, by `EncoderTransformer.SaveOnnx` |
    /// ]]>
    /// </format>
    /// </remarks>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    ///     .Append(mlContext.MulticlassClassification.Trainers.Bert("bert-base-uncased", textColumnName: "Sentence"))
    ///     .Append(mlContext.Transforms.SevenPrune(sparsity: 0.8))
    ///     .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    /// </code>
    /// </example>
    public static EncoderTrainer Bert(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string? modelFolder = null, string labelColumnName = "Label",
        string textColumnName = "Text", string? secondTextColumnName = null, int batchSize = 32, int epochs = 3, EncoderSize size = EncoderSize.Mini,
        IDataView? validationSet = null) =>
        New(catalog, new BertClassificationOptions
        {
            ModelFolder = modelFolder,
            LabelColumnName = labelColumnName,
            TextColumnName = textColumnName,
            SecondTextColumnName = secondTextColumnName,
            Size = size,
            ValidationSet = validationSet,
        }, batchSize, epochs);

    /// <summary>A BERT that classifies texts or pairs of texts.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="options">Columns, network and training.</param>
    /// <inheritdoc cref="Bert(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string?, string, string, string?, int, int, EncoderSize, IDataView?)" path="/exception|/remarks"/>
    public static EncoderTrainer Bert(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, BertClassificationOptions options) => New(catalog, options);

    /// <summary>A BERT that rates pairs of texts, such as by their similarity (STS-B), or single texts.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="modelFolder">A Hugging Face folder; <see langword="null"/> to train from scratch.</param>
    /// <param name="labelColumnName">The column of scores to learn, Single.</param>
    /// <param name="textColumnName">The column of the first texts.</param>
    /// <param name="secondTextColumnName">The column of the second texts; <see langword="null"/> to rate single texts.</param>
    /// <param name="batchSize">Rows in a batch. Default 32, as in the BERT paper.</param>
    /// <param name="epochs">Passes over the rows. Default 3, as in the BERT paper.</param>
    /// <param name="size">The size of a network trained from scratch.</param>
    /// <param name="validationSet">Rows to judge each epoch by; the best epoch's weights are taken.</param>
    /// <exception cref="ArgumentException">An argument cannot be used.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <remarks>
    /// <format type="text/markdown">
    /// <![CDATA[
    /// ### Input columns
    /// | Column | Type | |
    /// | -- | -- | -- |
    /// | label | Single | Rows where it is NaN are left out, or learn from a teacher alone. |
    /// | text, second text | text | Empty texts are texts without words. |
    ///
    /// ### Output columns
    /// | Column | Type | |
    /// | -- | -- | -- |
    /// | `Score` | Single | The score. |
    ///
    /// ### Trainer characteristics
    /// | | |
    /// | -- | -- |
    /// | Machine learning task | Regression |
    /// | Is normalization required? | No |
    /// | Is caching required? | No |
    /// | Required NuGet in addition to Microsoft.ML | Seven.MLNet; libtorch only to train on a GPU |
    /// | Exportable to ONNX | Yes, by `EncoderTransformer.SaveOnnx` |
    /// ]]>
    /// </format>
    /// </remarks>
    public static EncoderTrainer BertSimilarity(
        this RegressionCatalog.RegressionTrainers catalog, string? modelFolder = null, string labelColumnName = "Label", string textColumnName = "Text",
        string? secondTextColumnName = "SecondText", int batchSize = 32, int epochs = 3, EncoderSize size = EncoderSize.Mini, IDataView? validationSet = null) =>
        New(catalog, new BertSimilarityOptions
        {
            ModelFolder = modelFolder,
            LabelColumnName = labelColumnName,
            TextColumnName = textColumnName,
            SecondTextColumnName = secondTextColumnName,
            Size = size,
            ValidationSet = validationSet,
        }, batchSize, epochs);

    /// <summary>A BERT that rates pairs of texts or single texts.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="options">Columns, network and training.</param>
    /// <inheritdoc cref="BertSimilarity(RegressionCatalog.RegressionTrainers, string?, string, string, string?, int, int, EncoderSize, IDataView?)" path="/exception|/remarks"/>
    public static EncoderTrainer BertSimilarity(this RegressionCatalog.RegressionTrainers catalog, BertSimilarityOptions options) => New(catalog, options);

    /// <summary>A BERT that finds the answer to a question in a text (SQuAD). Columns are named as ML.NET's QuestionAnswer names them.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="modelFolder">A Hugging Face folder; <see langword="null"/> to train from scratch.</param>
    /// <param name="contextColumnName">The column of texts that contain the answers; long ones are read in overlapping windows.</param>
    /// <param name="questionColumnName">The column of questions.</param>
    /// <param name="trainingAnswerColumnName">The column of answers to learn from, each a part of its context.</param>
    /// <param name="answerIndexColumnName">The column of the places of the answers' first characters.</param>
    /// <param name="predictedAnswerColumnName">The column made of the best answers.</param>
    /// <param name="scoreColumnName">The column made of their probabilities.</param>
    /// <param name="topK">Number of answers given.</param>
    /// <param name="batchSize">Windows in a batch. Default 32, as in the BERT paper.</param>
    /// <param name="epochs">Passes over the rows. Default 3, as in the BERT paper.</param>
    /// <param name="size">The size of a network trained from scratch.</param>
    /// <param name="validationSet">Rows to judge each epoch by; the best epoch's weights are taken.</param>
    /// <exception cref="ArgumentException">An argument cannot be used.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <remarks>
    /// <format type="text/markdown">
    /// <![CDATA[
    /// ### Input columns
    /// | Column | Type | |
    /// | -- | -- | -- |
    /// | context, question | text | |
    /// | answer | text | A part of the context. Rows without one are left out, or learn from a teacher alone. |
    /// | answer index | Int32 | The place of the answer's first character in the context. |
    ///
    /// ### Output columns
    /// | Column | Type | |
    /// | -- | -- | -- |
    /// | `Answer` | vector of text | The best answers, the best one first. |
    /// | `Score` | vector of Single | Their probabilities among the best candidates. |
    ///
    /// ### Trainer characteristics
    /// | | |
    /// | -- | -- |
    /// | Machine learning task | Extractive question answering |
    /// | Is normalization required? | No |
    /// | Is caching required? | No |
    /// | Required NuGet in addition to Microsoft.ML | Seven.MLNet; libtorch only to train on a GPU |
    /// | Exportable to ONNX | Yes, by `EncoderTransformer.SaveOnnx` |
    /// ]]>
    /// </format>
    /// </remarks>
    public static EncoderTrainer BertQuestionAnswering(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string? modelFolder = null, string contextColumnName = "Context",
        string questionColumnName = "Question", string trainingAnswerColumnName = "TrainingAnswer", string answerIndexColumnName = "AnswerStart",
        string predictedAnswerColumnName = "Answer", string scoreColumnName = "Score", int topK = 3, int batchSize = 32, int epochs = 3,
        EncoderSize size = EncoderSize.Mini, IDataView? validationSet = null) =>
        New(catalog, new BertQuestionAnsweringOptions
        {
            ModelFolder = modelFolder,
            ContextColumnName = contextColumnName,
            QuestionColumnName = questionColumnName,
            TrainingAnswerColumnName = trainingAnswerColumnName,
            AnswerIndexStartColumnName = answerIndexColumnName,
            PredictedAnswerColumnName = predictedAnswerColumnName,
            ScoreColumnName = scoreColumnName,
            TopKAnswers = topK,
            Size = size,
            ValidationSet = validationSet,
        }, batchSize, epochs);

    /// <summary>A BERT that finds the answer to a question in a text (SQuAD).</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="options">Columns, network and training.</param>
    /// <inheritdoc cref="BertQuestionAnswering(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string?, string, string, string, string, string, string, int, int, int, EncoderSize, IDataView?)" path="/exception|/remarks"/>
    public static EncoderTrainer BertQuestionAnswering(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, BertQuestionAnsweringOptions options) =>
        New(catalog, options);

    /// <summary>A BERT, DistilBERT or ELECTRA that labels the words of texts, such as names of persons and places. Columns are named as ML.NET's NamedEntityRecognition names them.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="modelFolder">A Hugging Face folder; <see langword="null"/> to train from scratch.</param>
    /// <param name="labelColumnName">The column of labels, vectors of keys with one key for each word.</param>
    /// <param name="outputColumnName">The output column of the predicted labels, vectors of keys.</param>
    /// <param name="sentence1ColumnName">The column of texts; words are separated by white space.</param>
    /// <param name="batchSize">Rows in a batch. Default 32, as in the BERT paper.</param>
    /// <param name="epochs">Passes over the rows. Default 3, as in the BERT paper.</param>
    /// <param name="size">The size of a network trained from scratch.</param>
    /// <param name="validationSet">Rows to judge each epoch by; the best epoch's weights are taken.</param>
    /// <exception cref="ArgumentException">An argument cannot be used.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <remarks>
    /// <format type="text/markdown">
    /// <![CDATA[
    /// ### Input columns
    /// | Column | Type | |
    /// | -- | -- | -- |
    /// | label | vector of keys | One for each word; words whose key is missing do not count. Rows without labels are left out, or learn from a teacher alone. |
    /// | text | text | |
    ///
    /// ### Output columns
    /// | Column | Type | |
    /// | -- | -- | -- |
    /// | `PredictedLabel` | vector of keys | The most probable label of each word, with the values of the label column. |
    /// | `Entity` | vector of text | The spans that labels such as B-PER and I-PER mark. |
    /// | `EntityLabel` | vector of text | Their kinds, such as PER. |
    ///
    /// ### Trainer characteristics
    /// | | |
    /// | -- | -- |
    /// | Machine learning task | Token classification, named entity recognition |
    /// | Is normalization required? | No |
    /// | Is caching required? | No |
    /// | Required NuGet in addition to Microsoft.ML | Seven.MLNet; libtorch only to train on a GPU |
    /// | Exportable to ONNX | Yes, by `EncoderTransformer.SaveOnnx` |
    /// ]]>
    /// </format>
    /// </remarks>
    public static EncoderTrainer BertTokenClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string? modelFolder = null, string labelColumnName = "Label",
        string outputColumnName = "PredictedLabel", string sentence1ColumnName = "Sentence1", int batchSize = 32, int epochs = 3, EncoderSize size = EncoderSize.Mini,
        IDataView? validationSet = null) =>
        New(catalog, new BertTokenClassificationOptions
        {
            ModelFolder = modelFolder,
            LabelColumnName = labelColumnName,
            PredictedLabelColumnName = outputColumnName,
            TextColumnName = sentence1ColumnName,
            Size = size,
            ValidationSet = validationSet,
        }, batchSize, epochs);

    /// <summary>A BERT, DistilBERT or ELECTRA that labels the words of texts.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="options">Columns, network and training.</param>
    /// <inheritdoc cref="BertTokenClassification(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string?, string, string, string, int, int, EncoderSize, IDataView?)" path="/exception|/remarks"/>
    public static EncoderTrainer BertTokenClassification(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, BertTokenClassificationOptions options) =>
        New(catalog, options);

    /// <summary>A ViT that classifies images.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="modelFolder">A Hugging Face folder: <c>config.json</c>, <c>model.safetensors</c>, <c>preprocessor_config.json</c>; <see langword="null"/> to train from scratch.</param>
    /// <param name="labelColumnName">The column of labels, keys.</param>
    /// <param name="imageColumnName">The column of images, or of the vectors that <c>LoadImages</c>, <c>ResizeImages</c>, <c>ExtractPixels</c> make.</param>
    /// <param name="batchSize">Rows in a batch. Default 32.</param>
    /// <param name="epochs">Passes over the rows. Default 3.</param>
    /// <param name="size">The size of a network trained from scratch.</param>
    /// <param name="validationSet">Rows to judge each epoch by; the best epoch's weights are taken.</param>
    /// <exception cref="ArgumentException">An argument cannot be used.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <remarks>
    /// <format type="text/markdown">
    /// <![CDATA[
    /// ### Input columns
    /// | Column | Type | |
    /// | -- | -- | -- |
    /// | label | key | Rows without one are left out, or learn from a teacher alone. |
    /// | image | MLImage, or vector of Single | Of the network's size: `ResizeImages` brings images to it. Gray images do; transparency is not looked at. Normalized by this step. |
    ///
    /// ### Output columns
    /// | Column | Type | |
    /// | -- | -- | -- |
    /// | `PredictedLabel` | key | The most probable label, with the values of the label column. |
    /// | `Score` | vector of Single | The labels' probabilities, under the labels' names. |
    ///
    /// ### Trainer characteristics
    /// | | |
    /// | -- | -- |
    /// | Machine learning task | Multiclass classification |
    /// | Is normalization required? | No |
    /// | Is caching required? | No |
    /// | Required NuGet in addition to Microsoft.ML | Seven.MLNet; libtorch only to train on a GPU |
    /// | Exportable to ONNX | Yes, by `EncoderTransformer.SaveOnnx` |
    /// ]]>
    /// </format>
    /// </remarks>
    public static EncoderTrainer VisionTransformer(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string? modelFolder = null, string labelColumnName = "Label",
        string imageColumnName = "Image", int batchSize = 32, int epochs = 3, EncoderSize size = EncoderSize.Mini, IDataView? validationSet = null) =>
        New(catalog, new VisionTransformerOptions
        {
            ModelFolder = modelFolder,
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            Size = size,
            ValidationSet = validationSet,
        }, batchSize, epochs);

    /// <summary>A ViT that classifies images.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="options">Columns, network and training.</param>
    /// <inheritdoc cref="VisionTransformer(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string?, string, string, int, int, EncoderSize, IDataView?)" path="/exception|/remarks"/>
    public static EncoderTrainer VisionTransformer(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, VisionTransformerOptions options) =>
        New(catalog, options);

    private static EncoderTrainer New(object catalog, EncoderTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new EncoderTrainer(Catalogs.EnvironmentOf(catalog), options);
    }

    private static EncoderTrainer New(object catalog, EncoderTrainerOptions options, int batchSize, int epochs) => New(catalog, options with
    {
        FineTuning = options.FineTuningIn(Catalogs.EnvironmentOf(catalog)) with { BatchSize = batchSize, Epochs = epochs },
        PruningLearningRate = options.LearningRateWhilePruned,
    });
}
