using Seven.Encoders.Architectures;

namespace Seven.Encoders.Tasks;

/// <summary>The class of a text or a pair of texts. Made by <see cref="EncoderTasks"/>.</summary>
public sealed class TextClassificationTask : ClassificationTask<TokenizedText, LabeledText>
{
    internal TextClassificationTask(IReadOnlyList<string> labels)
        : base("text classification", labels)
    {
    }

    internal override HeadKind Head => HeadKind.SequenceClassification;

    internal override EncoderTask<TokenizedText, LabeledText, float[]> WithLabelsOf(IReadOnlyList<string> found) => Labels.Count > 0 ? this : new TextClassificationTask(found);

    private protected override int LabelOf(LabeledText example) => example.Label;
}
