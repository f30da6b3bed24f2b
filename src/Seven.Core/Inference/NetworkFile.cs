using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Files;

namespace Seven.Inference;

/// <summary>A folder's network as it is scored: layers with enough zeros hold their kept weights alone.</summary>
internal sealed class NetworkFile
{
    /// <summary>Tokens of one sentence, and of a batch: a layer is sparse where that is faster for both.</summary>
    private static readonly int[] s_usualTokens = [16, 256];

    private readonly double? _sparseFrom;

    private NetworkFile(double? sparseFrom) => _sparseFrom = sparseFrom;

    public TransformerModel<TokenizedText>? Text { get; private set; }

    public TransformerModel<Picture>? Pictures { get; private set; }

    public EncoderConfiguration Configuration { get; private set; } = null!;

    public ModelTask Task { get; private set; }

    public SparseWeights Sparse { get; } = SparseWeights.None();

    /// <summary>Weights of linear layers and convolutions, zeros included.</summary>
    public long PrunableWeights { get; private set; }

    /// <summary>Those that are not zero.</summary>
    public long KeptWeights { get; private set; }

    /// <exception cref="InvalidDataException">A file is damaged, or is of an architecture that is not known here.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static NetworkFile Read(string folder, double? sparseFrom)
    {
        var file = new NetworkFile(sparseFrom);
        string architecture = HuggingFaceFolder.ReadArchitecture(folder);
        switch (architecture)
        {
            case "BertForSequenceClassification" when BertFolder.ReadConfiguration(folder).Labels.Count == 1:
                var regressor = BertRegressor.LoadForScoring(folder, file.Keep);
                (file.Text, file.Configuration, file.Task) = (regressor, regressor.Configuration, ModelTask.TextRegression);
                break;
            case "BertForSequenceClassification":
                var classifier = BertClassifier.LoadForScoring(folder, file.Keep);
                (file.Text, file.Configuration, file.Task) = (classifier, classifier.Configuration, ModelTask.TextClassification);
                break;
            case "BertForQuestionAnswering":
                var answering = BertQuestionAnswering.LoadForScoring(folder, file.Keep);
                (file.Text, file.Configuration, file.Task) = (answering, answering.Configuration, ModelTask.QuestionAnswering);
                break;
            case "ViTForImageClassification":
                var vit = VitClassifier.LoadForScoring(folder, file.Keep);
                (file.Pictures, file.Configuration, file.Task) = (vit, vit.Configuration, ModelTask.ImageClassification);
                break;
            default:
                throw new InvalidDataException(
                    $"{folder} holds a {architecture}; expected BertForSequenceClassification, BertForQuestionAnswering or ViTForImageClassification.");
        }

        return file;
    }

    /// <summary>Counts a parameter's zeros. When the last one of a layer is read, the layer goes over to its kept weights, before the next one takes memory.</summary>
    private void Keep(Parameter parameter)
    {
        if (parameter.IsPrunable)
        {
            PrunableWeights += parameter.Count;
            KeptWeights += parameter.Count - parameter.Values.Count(0f);
        }

        if (parameter.Layer is not { } layer || parameter != layer.WeightParts.Last())
            return;
        double smallest = _sparseFrom ?? s_usualTokens.Max(tokens => SparseSwitch.ForScoring(layer.Outputs, layer.Inputs, tokens));
        if (layer.Sparsity() < smallest)
            return;
        Sparse.Set(layer, layer.ToSparse());
        layer.Weight.DropValues();
    }
}
