namespace Seven.Metrics;

/// <summary>Figures of merit of labeled sequences, as the script of CoNLL-2000 counts them: a span is right if its label, first and last element are.</summary>
/// <param name="labels">Names of the labels. B-X begins a span of X, I-X continues it, O is outside; a name without such a prefix is a span by itself where it is
/// repeated.</param>
internal sealed class SpanMetrics(IReadOnlyList<string> labels)
{
    private readonly (char Position, string Kind)[] _labels = [.. labels.Select(Parse)];
    private long _actual, _predicted, _right;
    private long _elements, _rightElements;

    /// <summary>Counts one sequence.</summary>
    /// <param name="actual">The labels, [length].</param>
    /// <param name="predicted">The labels that were predicted, [length].</param>
    public void Add(IReadOnlyList<int> actual, IReadOnlyList<int> predicted)
    {
        HashSet<(int Start, int End, string Kind)> wanted = [.. SpansOf(actual)], found = [.. SpansOf(predicted)];
        (_actual, _predicted) = (_actual + wanted.Count, _predicted + found.Count);
        _right += found.Count(wanted.Contains);
        _elements += actual.Count;
        _rightElements += actual.Zip(predicted).Count(pair => pair.First == pair.Second);
    }

    public IReadOnlyList<Metric> Result()
    {
        double precision = Ratio(_right, _predicted), recall = Ratio(_right, _actual);
        double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
        return [new("F1", f1), new("precision", precision), new("recall", recall), new("accuracy", Ratio(_rightElements, _elements))];
    }

    /// <summary>The spans of a sequence, each with its first and last element.</summary>
    public IEnumerable<(int Start, int End, string Kind)> SpansOf(IReadOnlyList<int> sequence)
    {
        int start = -1;
        string open = "";
        for (int i = 0; i <= sequence.Count; i++)
        {
            var (position, kind) = i < sequence.Count ? _labels[sequence[i]] : ('O', "");
            if (start >= 0 && (position is 'O' or 'B' || kind != open))
            {
                yield return (start, i - 1, open);
                start = -1;
            }

            if (start < 0 && position != 'O')
                (start, open) = (i, kind);
        }
    }

    private static (char Position, string Kind) Parse(string label) => label switch
    {
        "O" or "0" or "" => ('O', ""),
        ['B' or 'I', '-' or '_', .. var kind] => (label[0], kind),
        _ => ('I', label),
    };

    private static double Ratio(long part, long all) => all == 0 ? 0 : part / (double)all;
}
