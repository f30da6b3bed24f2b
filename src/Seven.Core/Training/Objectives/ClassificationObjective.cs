using Seven.Encoders.Layers;
using Seven.Numerics;
using Seven.Training.Metrics;

namespace Seven.Training.Objectives;

/// <summary>Cross-entropy; judged by accuracy, macro F1 and Matthews' correlation.</summary>
internal sealed class ClassificationObjective<TExample>(int classes, Func<TExample, int> labelOf) : IObjective<TExample>
{
    public void Check(TExample example)
    {
        int label = labelOf(example);
        if ((uint)label >= (uint)classes)
            throw new ArgumentException($"An example has label {label}; expected one in [0, {classes}).");
    }

    public double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<TExample> batch, float scale, Matrix gradient)
    {
        double loss = 0;
        Span<float> outputs = new float[classes];
        Span<float> slopes = new float[classes];
        for (int i = 0; i < batch.Count; i++)
        {
            for (int c = 0; c < classes; c++)
                outputs[c] = output.Row(c)[i];
            loss += CrossEntropy.Loss(outputs, labelOf(batch[i]), scale, slopes);
            for (int c = 0; c < classes; c++)
                gradient.Row(c)[i] = slopes[c];
        }

        return loss;
    }

    public IJudge<TExample> NewJudge() => new Judge(labelOf, new long[classes, classes]);

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
