namespace Seven.Encoders;

/// <summary>For each token, how well the answer starts and ends there: two arrays of [length], before softmax.</summary>
/// <param name="start">Outputs for the first token of the answer, [length].</param>
/// <param name="end">Outputs for the last token of the answer, [length].</param>
public sealed class SpanScores(float[] start, float[] end)
{
    /// <summary>Outputs for the first token of the answer, [length].</summary>
    public IReadOnlyList<float> Start => start;

    /// <summary>Outputs for the last token of the answer, [length].</summary>
    public IReadOnlyList<float> End => end;

    internal ReadOnlySpan<float> Starts => start;

    internal ReadOnlySpan<float> Ends => end;

    /// <summary>The best answer: the start and end, end not before start, with the largest sum of outputs.</summary>
    /// <param name="maximumTokens">Longest answer in tokens. Default 30, as in BERT's SQuAD script.</param>
    public (int Start, int End) Best(int maximumTokens = 30)
    {
        var (best, bestScore) = ((0, 0), float.NegativeInfinity);
        for (int first = 0; first < start.Length; first++)
            for (int last = first; last < Math.Min(end.Length, first + maximumTokens); last++)
                if (start[first] + end[last] > bestScore)
                    (best, bestScore) = ((first, last), start[first] + end[last]);
        return best;
    }
}
