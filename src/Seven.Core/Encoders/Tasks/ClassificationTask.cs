using System.Numerics.Tensors;
using Seven.Encoders.Layers;
using Seven.Metrics;
using Seven.Numerics;

namespace Seven.Encoders.Tasks;

/// <summary>The class of an input: cross-entropy, judged by accuracy, macro F1 and Matthews' correlation. The result is the probability of each class.</summary>
/// <typeparam name="TInput">An input.</typeparam>
/// <typeparam name="TExample">An input with its class.</typeparam>
public abstract class ClassificationTask<TInput, TExample> : EncoderTask<TInput, TExample, float[]>
    where TExample : class, TInput
{
    private protected ClassificationTask(string name, IReadOnlyList<string> labels)
        : base(name, labels)
    {
    }

    private protected abstract int LabelOf(TExample example);

    internal override void CheckLabels() => LabelCheck.Require(Labels);

    internal override float[] ResultOf(Matrix output, SequenceLayout layout, int sequence)
    {
        var probabilities = new float[output.Rows];
        Probabilities(output, sequence, probabilities);
        return probabilities;
    }

    /// <summary>The softmax of one column.</summary>
    internal static void Probabilities(Matrix output, int column, Span<float> probabilities)
    {
        for (int label = 0; label < probabilities.Length; label++)
            probabilities[label] = output.Row(label)[column];
        TensorPrimitives.SoftMax<float>(probabilities, probabilities);
    }

    internal override void Check(TExample example, bool mayBeUnlabeled)
    {
        int label = LabelOf(example);
        if ((uint)label >= (uint)Outputs && !(mayBeUnlabeled && label == LabeledText.Unlabeled))
            throw new ArgumentException($"An example has label {label}; expected one in [0, {Outputs}){LabelCheck.OrUnlabeled}.");
    }

    internal override double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<TExample> batch, float scale, Matrix gradient)
    {
        gradient.Clear();
        double loss = 0;
        Span<float> outputs = new float[Outputs];
        Span<float> slopes = new float[Outputs];
        for (int i = 0; i < batch.Count; i++)
        {
            if (LabelOf(batch[i]) == LabeledText.Unlabeled)
                continue;
            for (int c = 0; c < Outputs; c++)
                outputs[c] = output.Row(c)[i];
            loss += CrossEntropy.Loss(outputs, LabelOf(batch[i]), scale, slopes);
            for (int c = 0; c < Outputs; c++)
                gradient.Row(c)[i] = slopes[c];
        }

        return loss;
    }

    internal override double AddSoftLoss(
        Matrix output, Matrix target, SequenceLayout layout, IReadOnlyList<TExample> batch, double temperature, double weight, float scale, Matrix gradient)
    {
        double loss = 0;
        var columns = Matrix.Zeros(3, Outputs);
        for (int i = 0; i < batch.Count; i++)
            loss += AddDivergence(output, target, column: i, temperature, LabelOf(batch[i]) == LabeledText.Unlabeled ? 1 : weight, scale, gradient, columns);
        return loss;
    }

    /// <summary>The weighted divergence of one column's distribution from the teacher's.</summary>
    /// <param name="output">The model's outputs.</param>
    /// <param name="target">The teacher's.</param>
    /// <param name="column">The column.</param>
    /// <param name="temperature">By which outputs are divided before softmax.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="scale">The factor of the gradient.</param>
    /// <param name="gradient">Added to.</param>
    /// <param name="columns">[3 × outputs], memory for one column after another.</param>
    internal static double AddDivergence(Matrix output, Matrix target, int column, double temperature, double weight, float scale, Matrix gradient, Matrix columns)
    {
        Span<float> outputs = columns.Row(0), targets = columns.Row(1), slopes = columns.Row(2);
        for (int c = 0; c < outputs.Length; c++)
            (outputs[c], targets[c]) = (output.Row(c)[column], target.Row(c)[column]);
        slopes.Clear();
        double loss = weight * CrossEntropy.AddDivergence(outputs, targets, temperature, (float)(weight * scale), slopes);
        for (int c = 0; c < slopes.Length; c++)
            gradient.Row(c)[column] += slopes[c];
        return loss;
    }

    internal override IJudge<TExample> NewJudge() => new Judge(LabelOf, new long[Outputs, Outputs]);

    private sealed class Judge(Func<TExample, int> labelOf, long[,] confusion) : IJudge<TExample>
    {
        public void See(Matrix output, SequenceLayout layout, IReadOnlyList<TExample> batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                int best = 0;
                for (int c = 1; c < output.Rows; c++)
                    best = output.Row(c)[i] > output.Row(best)[i] ? c : best;
                confusion[labelOf(batch[i]), best]++;
            }
        }

        IReadOnlyList<Metric> IJudge<TExample>.Judge() => ClassificationMetrics.Of(confusion);
    }
}
