using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Metrics;
using Seven.Numerics;

namespace Seven.Goals;

/// <summary>How well a loss is known that was found on some examples: its standard error, by a jackknife over groups of them.</summary>
/// <remarks>
/// Both models are judged on the same examples, so that the error is that of the difference, which is mostly less than that of either metric. A jackknife (Quenouille 1949, Tukey 1958) leaves out one group
/// at a time, and so fits any metric, also one that is no mean over examples.
/// </remarks>
internal static class LossError
{
    /// <summary>Of so many groups the error is known to a tenth of itself.</summary>
    private const int MostGroups = 50;

    /// <summary>√((g - 1) / g · Σ (dᵢ - d̄)²), with dᵢ the difference of the metrics without group i of g.</summary>
    /// <param name="dense">The model that the loss is beside.</param>
    /// <param name="pruned">The model that has lost.</param>
    /// <param name="task">What both are judged as.</param>
    /// <param name="examples">The examples that the loss was found on.</param>
    /// <param name="metric">The name of the metric; <see langword="null"/> for the first.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The standard error; <see langword="null"/> for a single example.</returns>
    public static double? Of<TInput, TExample>(
        EncoderModel<TInput> dense, EncoderModel<TInput> pruned, IObjective<TExample> task, IReadOnlyList<TExample> examples, string? metric, Workers workers, CancellationToken cancellationToken)
        where TExample : class, TInput
    {
        int count = Math.Min(MostGroups, examples.Count);
        if (count < 2)
            return null;
        TExample[][] groups = [.. Enumerable.Range(0, count).Select(group => examples.Where((_, i) => i % count == group).ToArray())];
        double[] differences = [.. WithoutEach(dense, task, groups, metric, workers, cancellationToken).Zip(WithoutEach(pruned, task, groups, metric, workers, cancellationToken), (one, other) => one - other)];
        double mean = differences.Average();
        return Math.Sqrt((count - 1.0) / count * differences.Sum(difference => (difference - mean) * (difference - mean)));
    }

    /// <summary>A model's metric on all groups but one, for each of them; each example is scored once.</summary>
    private static IEnumerable<double> WithoutEach<TInput, TExample>(
        EncoderModel<TInput> model, IObjective<TExample> task, TExample[][] groups, string? metric, Workers workers, CancellationToken cancellationToken)
        where TExample : class, TInput
    {
        IJudge<TExample>[] judges = [.. groups.Select(_ => task.NewJudge())];
        for (int group = 0; group < groups.Length; group++)
        {
            var (examples, others) = (groups[group], judges.Where((_, i) => i != group).ToArray());
            model.Score(examples, workers, (output, layout, first) =>
            {
                var batch = examples[first..(first + layout.Count)];
                foreach (var judge in others)
                    judge.See(output, layout, batch);
            }, cancellationToken);
        }

        return judges.Select(judge => new Evaluation(double.NaN, judge.Judge()).By(metric).Primary.Value);
    }
}
