using Microsoft.ML.Data;
using Seven.Metrics;

namespace NamedEntities;

/// <summary>How many names are found, by their words: each begins and ends with one.</summary>
internal sealed record SpanScore(int Right, int Found, int There)
{
    public static SpanScore Of(IEnumerable<VBuffer<uint>> labels, IEnumerable<VBuffer<uint>> predicted)
    {
        var (right, found, there) = (0, 0, 0);
        foreach (var (wanted, given) in labels.Zip(predicted))
        {
            uint[] one = wanted.DenseValues().ToArray(), other = given.DenseValues().ToArray();
            // The first key is O.
            right += one.Zip(other, (label, prediction) => label > 1 && label == prediction ? 1 : 0).Sum();
            (found, there) = (found + other.Count(label => label > 1), there + one.Count(label => label > 1));
        }

        return new SpanScore(right, found, there);
    }

    public IReadOnlyList<Metric> Metrics => [new("F1", 2.0 * Right / Math.Max(1, Found + There)), new("recall", Right / (double)Math.Max(1, There))];
}
