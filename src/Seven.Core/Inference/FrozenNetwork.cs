using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Files;

namespace Seven.Inference;

/// <summary>A network whose weights stand still: layers with enough zeros hold their kept weights alone.</summary>
internal sealed class FrozenNetwork
{
    /// <summary>Tokens of one sentence, and of a batch: a layer is sparse where that is faster for both.</summary>
    private static readonly int[] s_usualTokens = [16, 256];

    private readonly double? _sparseFrom;
    private readonly List<(Linear Layer, SparseLayer Kept)> _sparseLayers = [];

    private FrozenNetwork(double? sparseFrom) => _sparseFrom = sparseFrom;

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
    public static FrozenNetwork Read(string folder, double? sparseFrom)
    {
        var network = new FrozenNetwork(sparseFrom);
        string architecture = HuggingFaceFolder.ReadArchitecture(folder);
        network.Hold(architecture switch
        {
            "BertForSequenceClassification" when BertFolder.ReadConfiguration(folder).Labels.Count == 1 => BertRegressor.LoadForScoring(folder, network.Keep),
            "BertForSequenceClassification" => BertClassifier.LoadForScoring(folder, network.Keep),
            "BertForQuestionAnswering" => BertQuestionAnswering.LoadForScoring(folder, network.Keep),
            "ViTForImageClassification" => VitClassifier.LoadForScoring(folder, network.Keep),
            _ => throw new InvalidDataException(
                $"{folder} holds a {architecture}; expected BertForSequenceClassification, BertForQuestionAnswering or ViTForImageClassification."),
        });
        return network;
    }

    /// <summary>Takes over a model that nobody will train further.</summary>
    public static FrozenNetwork Of<TInput>(TransformerModel<TInput> model, double? sparseFrom)
    {
        var network = new FrozenNetwork(sparseFrom);
        network.Hold(model);
        foreach (var parameter in model.Parameters)
        {
            parameter.DropGradient();
            network.Keep(parameter);
        }

        return network;
    }

    /// <summary>Does something while the dense matrices are there again.</summary>
    public void WithDenseWeights(Action action)
    {
        lock (_sparseLayers)
        {
            foreach (var (layer, kept) in _sparseLayers)
            {
                layer.Weight.RestoreValues();
                kept.WriteWeights();
            }

            try
            {
                action();
            }
            finally
            {
                foreach (var (layer, _) in _sparseLayers)
                    layer.Weight.DropValues();
            }
        }
    }

    private void Hold(object model)
    {
        (Text, Pictures) = (model as TransformerModel<TokenizedText>, model as TransformerModel<Picture>);
        (Configuration, Task) = model switch
        {
            BertRegressor regressor => ((EncoderConfiguration)regressor.Configuration, ModelTask.TextRegression),
            BertClassifier classifier => (classifier.Configuration, ModelTask.TextClassification),
            BertQuestionAnswering answering => (answering.Configuration, ModelTask.QuestionAnswering),
            _ => (((VitClassifier)model).Configuration, ModelTask.ImageClassification),
        };
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
        var kept = layer.ToSparse();
        _sparseLayers.Add((layer, kept));
        Sparse.Set(layer, kept);
        layer.Weight.DropValues();
    }
}
