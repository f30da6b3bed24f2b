using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Numerics;
using Seven.Training.Metrics;

namespace Seven.Training.Objectives;

/// <summary>The squared error; judged by Pearson's and Spearman's correlation.</summary>
internal sealed class RegressionObjective : IObjective<ScoredText>
{
    public void Check(ScoredText example)
    {
        if (!float.IsFinite(example.Score))
            throw new ArgumentException($"An example has score {example.Score}; expected a finite number.");
    }

    public double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<ScoredText> batch, float scale, Matrix gradient)
    {
        double loss = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            double error = output.Row(0)[i] - (double)batch[i].Score;
            loss += error * error;
            gradient.Row(0)[i] = (float)(scale * 2 * error);
        }

        return loss;
    }

    public IJudge<ScoredText> NewJudge() => new Judge();

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
