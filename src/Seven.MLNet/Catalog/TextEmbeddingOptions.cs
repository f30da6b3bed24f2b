using Seven.Training;

namespace Seven.MLNet;

/// <summary>Options of <c>mlContext.Transforms.Text.EmbedText</c>.</summary>
/// <remarks>An embedding model is trained only while it is pruned, towards the vectors that it gave before: <c>FineTuning</c> says how.</remarks>
public sealed record TextEmbeddingOptions : BertTrainerOptions
{
    /// <summary>Passes over some 30,000 texts: with four a pruned MiniLM keeps a little less, with ten no more.</summary>
    private const int UsualEpochs = 7;

    /// <summary>Larger than usual, since the kept weights have to make up for the removed ones.</summary>
    private const double UsualLearningRate = 5e-4;

    /// <summary>The column of texts. Default Text.</summary>
    public string TextColumnName { get; init; } = "Text";

    /// <summary>The column made of the vectors, vectors of Single of the model's hidden size. Default Features, as ML.NET's trainers read it.</summary>
    public string OutputColumnName { get; init; } = "Features";

    private protected override FineTuningOptions UsualFineTuning => new() { Epochs = UsualEpochs, LearningRate = UsualLearningRate };

    private protected override double UsualPruningLearningRate => UsualLearningRate;

    internal override void Validate()
    {
        base.Validate();
        RequireName(TextColumnName, nameof(TextColumnName));
        RequireName(OutputColumnName, nameof(OutputColumnName));
    }
}
