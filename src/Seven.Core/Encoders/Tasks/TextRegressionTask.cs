using Seven.Encoders.Architectures;
using Seven.Encoders.Layers;
using Seven.Metrics;
using Seven.Numerics;

namespace Seven.Encoders.Tasks;

/// <summary>A number for a text or a pair of texts: the squared error, judged by Pearson's and Spearman's correlation. Made by <see cref="EncoderTasks"/>.</summary>
public sealed class TextRegressionTask : EncoderTask<TokenizedText, ScoredText, float>
{
    internal TextRegressionTask()
        : base("text regression", ["score"])
    {
    }

    internal override HeadKind Head => HeadKind.SequenceClassification;

    internal override float ResultOf(Matrix output, SequenceLayout layout, int sequence) => output.Row(0)[sequence];

    internal override void Check(ScoredText example, bool mayBeUnlabeled)
    {
        if (!float.IsFinite(example.Score) && !(mayBeUnlabeled && float.IsNaN(example.Score)))
            throw new ArgumentException($"An example has score {example.Score}; expected a finite number, or NaN where there is a teacher.");
    }

    internal override double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<ScoredText> batch, float scale, Matrix gradient)
    {
        gradient.Clear();
        double loss = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            if (float.IsNaN(batch[i].Score))
                continue;
            double error = output.Row(0)[i] - (double)batch[i].Score;
            loss += error * error;
            gradient.Row(0)[i] = (float)(scale * 2 * error);
        }

        return loss;
    }

    internal override double AddSoftLoss(
        Matrix output, Matrix target, SequenceLayout layout, IReadOnlyList<ScoredText> batch, double temperature, double weight, float scale, Matrix gradient)
    {
        double loss = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            double error = output.Row(0)[i] - (double)target.Row(0)[i], share = float.IsNaN(batch[i].Score) ? 1 : weight;
            loss += share * error * error;
            gradient.Row(0)[i] += (float)(share * scale * 2 * error);
        }

        return loss;
    }

    internal override IJudge<ScoredText> NewJudge() => new Judge();

    private sealed class Judge : IJudge<ScoredText>
    {
        private readonly List<double> _scores = [];
        private readonly List<double> _targets = [];

        public void See(Matrix output, SequenceLayout layout, IReadOnlyList<ScoredText> batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                _scores.Add(output.Row(0)[i]);
                _targets.Add(batch[i].Score);
            }
        }

        IReadOnlyList<Metric> IJudge<ScoredText>.Judge() =>
            [new("Pearson", Correlation.Pearson(_scores, _targets)), new("Spearman", Correlation.Spearman(_scores, _targets))];
    }
}
