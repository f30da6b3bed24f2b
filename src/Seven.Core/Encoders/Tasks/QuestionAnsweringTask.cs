using Seven.Encoders.Architectures;
using Seven.Encoders.Layers;
using Seven.Metrics;
using Seven.Numerics;

namespace Seven.Encoders.Tasks;

/// <summary>The place in a text that answers a question: half the cross-entropies of the answer's start and end among the tokens, judged by F1 over tokens and
/// exact match. Made by <see cref="EncoderTasks"/>.</summary>
/// <remarks>A start or end that was cut off with the end of its text counts neither in the loss nor as found.</remarks>
public sealed class QuestionAnsweringTask : EncoderTask<TokenizedText, AnsweredText, SpanScores>
{
    internal QuestionAnsweringTask()
        : base("question answering", [])
    {
    }

    internal override HeadKind Head => HeadKind.QuestionAnswering;

    /// <summary>Start and end.</summary>
    internal override int Outputs => 2;

    internal override bool IsPerToken => true;

    internal override SpanScores ResultOf(Matrix output, SequenceLayout layout, int sequence) => SpanOf(output, layout, sequence);

    private static SpanScores SpanOf(Matrix output, SequenceLayout layout, int sequence)
    {
        var (start, length) = (layout.Start(sequence), layout.Length(sequence));
        return new(output.Row(0).Slice(start, length).ToArray(), output.Row(1).Slice(start, length).ToArray());
    }

    internal override void Check(AnsweredText example, bool mayBeUnlabeled)
    {
        if (mayBeUnlabeled && IsUnlabeled(example))
            return;
        if (example.Start < 0 || example.End < example.Start || example.End >= example.Tokens.Count)
            throw new ArgumentException(
                $"An answer goes from token {example.Start} to {example.End}; expected a start and an end not before it, in [0, {example.Tokens.Count}){LabelCheck.OrUnlabeled}.");
    }

    private static bool IsUnlabeled(AnsweredText example) => (example.Start, example.End) == (AnsweredText.Unlabeled, AnsweredText.Unlabeled);

    internal override double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<AnsweredText> batch, float scale, Matrix gradient)
    {
        gradient.Clear();
        double loss = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            if (IsUnlabeled(batch[i]))
                continue;
            var (start, length) = (layout.Start(i), layout.Length(i));
            loss += LossOf(row: 0, batch[i].Start) + LossOf(row: 1, batch[i].End);

            double LossOf(int row, int target) => target >= length ? 0 : 0.5 * CrossEntropy.Loss(
                output.Row(row).Slice(start, length), target, 0.5f * scale, gradient.Row(row).Slice(start, length));
        }

        return loss;
    }

    internal override double AddSoftLoss(
        Matrix output, Matrix target, SequenceLayout layout, IReadOnlyList<AnsweredText> batch, double temperature, double weight, float scale, Matrix gradient)
    {
        double loss = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            var (start, length) = (layout.Start(i), layout.Length(i));
            double half = 0.5 * (IsUnlabeled(batch[i]) ? 1 : weight);
            for (int row = 0; row < Outputs; row++)
                loss += half * CrossEntropy.AddDivergence(
                    output.Row(row).Slice(start, length), target.Row(row).Slice(start, length), temperature, (float)(half * scale), gradient.Row(row).Slice(start, length));
        }

        return loss;
    }

    internal override IJudge<AnsweredText> NewJudge() => new Judge();

    private sealed class Judge : IJudge<AnsweredText>
    {
        private double _exact;
        private double _f1;
        private int _count;

        public void See(Matrix output, SequenceLayout layout, IReadOnlyList<AnsweredText> batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                var (start, end) = SpanOf(output, layout, i).Best();
                _exact += start == batch[i].Start && end == batch[i].End ? 1 : 0;
                int common = Math.Min(end, batch[i].End) - Math.Max(start, batch[i].Start) + 1;
                _f1 += common <= 0 ? 0 : 2.0 * common / (end - start + 1 + batch[i].End - batch[i].Start + 1);
                _count++;
            }
        }

        IReadOnlyList<Metric> IJudge<AnsweredText>.Judge() =>
            [new("F1", _count == 0 ? 0 : _f1 / _count), new("exact match", _count == 0 ? 0 : _exact / _count)];
    }
}
