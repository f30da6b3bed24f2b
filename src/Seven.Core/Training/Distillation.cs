namespace Seven.Training;

/// <summary>Learning from a teacher's outputs beside the targets (Hinton et al., "Distilling the Knowledge in a Neural Network", 2015): while weights are pruned, the model follows what the
/// dense one says of each example, which is more than its class.</summary>
/// <remarks>
/// The loss of an example is (1-w) · loss of its target + w · soft loss. For classes, of texts, images and tokens, and for the start and the end of answers the soft loss is
/// T² · KL(softmax(teacher / T) ‖ softmax(outputs / T)), for scores the squared difference. Hidden states and attention are compared, too, if asked for. The teacher sees each batch once, without dropout, and on the processor, also where a GPU trains.
/// An example without a target, such as a <see cref="Encoders.LabeledText"/> of the class <see cref="Encoders.LabeledText.Unlabeled"/>, has the soft loss alone, with w = 1: rows that nobody has labeled teach what the teacher says of them.
/// Evaluations, and the best epoch, are by the targets alone.
/// </remarks>
public sealed record Distillation
{
    /// <summary>For sentence embeddings, whose vectors are the model's own: their hidden states, layer by layer, keep more of each text's nearest neighbors than the vectors alone do.</summary>
    internal static Distillation OfVectors { get; } = new() { Teacher = Teacher.Self, HiddenStates = 8 };

    /// <summary>The model that is learned from: usually the same one, fine-tuned without pruning.</summary>
    public required Teacher Teacher { get; init; }

    /// <summary>T, by which outputs are divided before softmax, above 0. Default 2, as in oBERT's recipes (Kurtic et al., 2022); larger ones show more of what the teacher says about wrong classes.</summary>
    public double Temperature { get; init; } = 2;

    /// <summary>w, the soft loss's share, in (0, 1]. Default 0.5; 1 learns from the teacher alone, as oBERT's recipes do: labels are not looked at.</summary>
    public double Weight { get; init; } = 0.5;

    /// <summary>The factor of the mean squared difference between the model's hidden states and the teacher's, over layers, features and tokens, at least 0. It is added to the loss.
    /// Default 0: they are not compared. 1 to 2 are usual where the teacher has as many layers of the same width, as the model itself has before it is pruned.</summary>
    public double HiddenStates { get; init; }

    /// <summary>The factor of the mean of KL(teacher's attention ‖ the model's), over layers, heads and tokens, at least 0: how each token's attention is divided among the others, as MiniLM learned it
    /// (Wang et al., 2020). It is added to the loss. Default 0: attention is not compared. The teacher needs as many layers and heads, and may be wider.
    /// Takes 4 bytes for each layer, head and pair of tokens of a batch: 5 GB for 32 texts of 512 tokens and a BERT of 12 layers with 12 heads.</summary>
    public double Attention { get; init; }

    /// <summary>Whether more than the teacher's outputs is learned.</summary>
    internal bool LooksInside => HiddenStates > 0 || Attention > 0;

    /// <summary>Returns these settings if they are in range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal Distillation Validated()
    {
        ArgumentNullException.ThrowIfNull(Teacher);
        Require.Positive(Temperature, nameof(Temperature));
        Require.Positive(Weight, nameof(Weight));
        Require.InRange(Weight, 0, 1, inclusiveEnd: true, nameof(Weight));
        Require.AtLeast(HiddenStates, 0, nameof(HiddenStates));
        Require.AtLeast(Attention, 0, nameof(Attention));
        return this;
    }
}
