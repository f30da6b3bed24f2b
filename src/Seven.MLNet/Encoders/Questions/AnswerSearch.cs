using System.Numerics.Tensors;
using Seven.Encoders;
using Seven.Inference;

namespace Seven.MLNet.Encoders.Questions;

/// <summary>An answer found in a context.</summary>
/// <param name="Text">The part of the context.</param>
/// <param name="Probability">Its probability among the best candidates.</param>
internal readonly record struct FoundAnswer(string Text, float Probability);

/// <summary>Finds the best answers in all windows of a context, as BERT's SQuAD script does: by the sum of the outputs for start and end.</summary>
internal sealed class AnswerSearch(int answers, int maximumTokens)
{
    /// <summary>Starts and ends looked at in each window, and candidates among which probabilities are given: BERT's n-best size.</summary>
    private const int Candidates = 20;

    /// <summary>The best answers of each question, scored in windows of all questions together.</summary>
    public FoundAnswer[][] Answer(SparseModel model, IReadOnlyList<QuestionWindows> questions)
    {
        var scores = model.Answer([.. questions.SelectMany(question => question.Windows).Select(window => window.Text)]);
        var answers = new FoundAnswer[questions.Count][];
        for (int i = 0, window = 0; i < answers.Length; window += questions[i++].Windows.Count)
            answers[i] = Best(questions[i], scores.AsSpan(window, questions[i].Windows.Count));
        return answers;
    }

    /// <summary>The best answers, the best one first.</summary>
    /// <param name="question">The windows.</param>
    /// <param name="scores">The network's outputs for each.</param>
    public FoundAnswer[] Best(QuestionWindows question, ReadOnlySpan<SpanScores> scores)
    {
        var best = new Dictionary<Range, float>();
        for (int window = 0; window < scores.Length; window++)
            AddCandidates(question.Windows[window], scores[window], best);
        var ranked = best.OrderByDescending(candidate => candidate.Value).Take(Math.Max(Candidates, answers)).ToList();
        if (ranked.Count == 0)
            return [];
        float[] probabilities = [.. ranked.Select(candidate => candidate.Value)];
        TensorPrimitives.SoftMax<float>(probabilities, probabilities);
        return [.. ranked.Take(answers).Select((candidate, i) => new FoundAnswer(question.Context[candidate.Key], probabilities[i]))];
    }

    private void AddCandidates(QuestionWindow window, SpanScores scores, Dictionary<Range, float> best)
    {
        int[] starts = Largest(scores.Starts.Slice(window.FirstPlace, window.Places.Count)), ends = Largest(scores.Ends.Slice(window.FirstPlace, window.Places.Count));
        foreach (int start in starts)
        {
            foreach (int end in ends)
            {
                if (end < start || end - start >= maximumTokens)
                    continue;
                var place = window.Places[start].Start..window.Places[end].End;
                float score = scores.Starts[window.FirstPlace + start] + scores.Ends[window.FirstPlace + end];
                if (!best.TryGetValue(place, out float other) || score > other)
                    best[place] = score;
            }
        }
    }

    private static int[] Largest(ReadOnlySpan<float> values)
    {
        float[] copy = values.ToArray();
        return [.. Enumerable.Range(0, copy.Length).OrderByDescending(i => copy[i]).Take(Candidates)];
    }
}
