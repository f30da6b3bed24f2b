using Seven.Encoders.Architectures;
using Seven.Encoders.Layers;
using Seven.Metrics;
using Seven.Numerics;

namespace Seven.Encoders.Tasks;

/// <summary>The class of each token: cross-entropy of the tokens with a label, judged by F1 over spans and by accuracy over tokens. The result is the probability
/// of each class for each token, [length][labels]. Made by <see cref="EncoderTasks"/>.</summary>
/// <remarks>The loss of a text is the sum over its labeled tokens divided by their mean number in the batch, so that a batch's mean loss is that of its labeled
/// tokens, as in Hugging Face's.</remarks>
public sealed class TokenClassificationTask : EncoderTask<TokenizedText, TaggedText, float[][]>
{
    internal TokenClassificationTask(IReadOnlyList<string> labels)
        : base("token classification", labels)
    {
    }

    internal override HeadKind Head => HeadKind.TokenClassification;

    internal override bool IsPerToken => true;

    internal override void CheckLabels() => LabelCheck.Require(Labels);

    internal override EncoderTask<TokenizedText, TaggedText, float[][]> WithLabelsOf(IReadOnlyList<string> found) => Labels.Count > 0 ? this : new TokenClassificationTask(found);

    internal override float[][] ResultOf(Matrix output, SequenceLayout layout, int sequence)
    {
        var probabilities = new float[layout.Length(sequence)][];
        for (int token = 0; token < probabilities.Length; token++)
        {
            probabilities[token] = new float[output.Rows];
            TextClassificationTask.Probabilities(output, layout.Start(sequence) + token, probabilities[token]);
        }

        return probabilities;
    }

    internal override void Check(TaggedText example, bool mayBeUnlabeled)
    {
        if (example.Labels.Count != example.Tokens.Count)
            throw new ArgumentException($"An example has {example.Tokens.Count} tokens and {example.Labels.Count} labels; expected as many.");
        foreach (int label in example.Labels)
            if (label != TaggedText.Ignored && (uint)label >= (uint)Outputs && !(mayBeUnlabeled && label == TaggedText.Unlabeled))
                throw new ArgumentException($"A token has label {label}; expected one in [0, {Outputs}), or {TaggedText.Ignored} for a token that does not count{LabelCheck.OrUnlabeled}.");
    }

    internal override double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<TaggedText> batch, float scale, Matrix gradient)
    {
        gradient.Clear();
        double share = ShareOfToken(batch, layout), loss = 0;
        Span<float> outputs = new float[Outputs], slopes = new float[Outputs];
        for (int i = 0; i < batch.Count; i++)
        {
            for (int token = 0; token < layout.Length(i); token++)
            {
                if (batch[i].Labels[token] < 0)
                    continue;
                int column = layout.Start(i) + token;
                for (int c = 0; c < outputs.Length; c++)
                    outputs[c] = output.Row(c)[column];
                loss += share * CrossEntropy.Loss(outputs, batch[i].Labels[token], (float)(share * scale), slopes);
                for (int c = 0; c < slopes.Length; c++)
                    gradient.Row(c)[column] = slopes[c];
            }
        }

        return loss;
    }

    internal override double AddSoftLoss(
        Matrix output, Matrix target, SequenceLayout layout, IReadOnlyList<TaggedText> batch, double temperature, double weight, float scale, Matrix gradient)
    {
        double share = ShareOfToken(batch, layout), loss = 0;
        var columns = Matrix.Zeros(3, Outputs);
        for (int i = 0; i < batch.Count; i++)
            for (int token = 0; token < layout.Length(i); token++)
                if (batch[i].Labels[token] is var label and not TaggedText.Ignored)
                    loss += TextClassificationTask.AddDivergence(
                        output, target, layout.Start(i) + token, temperature, share * (label == TaggedText.Unlabeled ? 1 : weight), scale, gradient, columns);
        return loss;
    }

    internal override IJudge<TaggedText> NewJudge() => new Judge(Labels);

    /// <summary>One over the mean number of tokens in a text that count.</summary>
    private static double ShareOfToken(IReadOnlyList<TaggedText> batch, SequenceLayout layout)
    {
        long counted = 0;
        for (int i = 0; i < batch.Count; i++)
            counted += batch[i].Labels.Take(layout.Length(i)).Count(label => label != TaggedText.Ignored);
        return counted == 0 ? 0 : batch.Count / (double)counted;
    }

    private sealed class Judge(IReadOnlyList<string> labels) : IJudge<TaggedText>
    {
        private readonly SpanMetrics _metrics = new(labels);

        public void See(Matrix output, SequenceLayout layout, IReadOnlyList<TaggedText> batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                var (actual, predicted) = (new List<int>(), new List<int>());
                for (int token = 0; token < layout.Length(i); token++)
                {
                    if (batch[i].Labels[token] == TaggedText.Ignored)
                        continue;
                    actual.Add(batch[i].Labels[token]);
                    predicted.Add(Largest(output, layout.Start(i) + token));
                }

                _metrics.Add(actual, predicted);
            }
        }

        IReadOnlyList<Metric> IJudge<TaggedText>.Judge() => _metrics.Result();

        private static int Largest(Matrix output, int column)
        {
            int best = 0;
            for (int c = 1; c < output.Rows; c++)
                best = output.Row(c)[column] > output.Row(best)[column] ? c : best;
            return best;
        }
    }
}
