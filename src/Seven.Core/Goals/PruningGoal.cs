using System.Globalization;
using Seven.Inference;
using Seven.Pruning.Patterns;
using Seven.Reports;

namespace Seven.Goals;

/// <summary>The outcome that pruning aims at, in place of a sparsity: <c>PruningGoal.Loss(0.01)</c>, <c>PruningGoal.Size("20 MB")</c> or <c>PruningGoal.Latency("5 ms", tokens: 32)</c>.
/// <see cref="GoalSearch"/> finds the sparsity and the numbers.</summary>
public abstract record PruningGoal
{
    private protected PruningGoal()
    {
    }

    /// <summary>Patterns that are tried. Default unstructured; for a latency also blocks of 4 × 1, which are faster at the same sparsity.
    /// Patterns with one sparsity only, such as 2 of 4, and those of whole structures cannot be searched over.</summary>
    public IReadOnlyList<MaskPattern> Patterns { get; init; } = [MaskPattern.Unstructured];

    /// <summary>Numbers that are tried for scoring. Default float32 and int8.</summary>
    public IReadOnlyList<Precision> Precisions { get; init; } = [Precision.Float32, Precision.Int8];

    /// <summary>As small a file as can be with a metric of at most so much below that of the dense model.</summary>
    /// <remarks>The search goes by the metrics as they are found on the validation examples; <see cref="SearchReport.LossError"/> says how well their difference is known.</remarks>
    /// <param name="points">The loss in the metric's own units, at least 0: 0.01 is one point of accuracy, or 0.01 of a correlation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The loss is negative.</exception>
    public static PruningGoal Loss(double points)
    {
        Require.AtLeast(points, 0, nameof(points));
        return new LossGoal(points);
    }

    /// <summary>As good a model as can be whose weights take at most so much on disk.</summary>
    /// <param name="size">A number and its unit, such as "20 MB", "800 kB" or "1.5 GiB".</param>
    /// <exception cref="FormatException">The text is no such size.</exception>
    public static PruningGoal Size(string size) => Size(Quantity.Bytes(size));

    /// <summary>As good a model as can be whose weights take at most so much on disk.</summary>
    /// <param name="bytes">Bytes of <c>model.safetensors</c>, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public static PruningGoal Size(long bytes)
    {
        Require.Positive(bytes, nameof(bytes));
        return new SizeGoal(bytes);
    }

    /// <summary>As good a model as can be that scores one input within so much time on this machine.</summary>
    /// <param name="time">A number and its unit, such as "5 ms" or "800 µs".</param>
    /// <param name="tokens">Tokens of a text, at least 1; without meaning for images. Default 32, a sentence.</param>
    /// <exception cref="FormatException">The text is no such time.</exception>
    public static PruningGoal Latency(string time, int tokens = LatencyGoal.UsualTokens) => Latency(Quantity.Time(time), tokens);

    /// <summary>As good a model as can be that scores one input within so much time on this machine.</summary>
    /// <param name="time">The median time, above 0.</param>
    /// <param name="tokens">Tokens of a text, at least 1; without meaning for images. Default 32, a sentence.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive, or there are no tokens.</exception>
    public static PruningGoal Latency(TimeSpan time, int tokens = LatencyGoal.UsualTokens)
    {
        Require.Positive(time.TotalMilliseconds, nameof(time));
        Require.AtLeast(tokens, 1, nameof(tokens));
        return new LatencyGoal(time, tokens) { Patterns = [MaskPattern.Unstructured, new Blocks(4, 1)] };
    }

    /// <summary>Returns this goal if it can be searched for.</summary>
    /// <exception cref="ArgumentException">There is nothing to try, or a pattern cannot be searched over.</exception>
    internal PruningGoal Validated()
    {
        if (Patterns is not { Count: > 0 } || Precisions is not { Count: > 0 })
            throw new ArgumentException($"The goal has {Patterns?.Count ?? 0} patterns and {Precisions?.Count ?? 0} precisions to try; expected at least one of each.");
        if (Patterns.FirstOrDefault(pattern => pattern.Group is not null || pattern.Structure is not null) is { } other)
            throw new ArgumentException($"The goal's pattern is {other.Name}, which cannot be searched over; expected unstructured or blocks.");
        if (Precisions.Contains(Precision.Automatic))
            throw new ArgumentException($"The goal's precision is {Precision.Automatic}; expected {Precision.Float32} or {Precision.Int8}.");
        return this;
    }

    /// <summary>Whether a model reaches the goal.</summary>
    /// <param name="trial">The model.</param>
    /// <param name="denseMetric">The metric of the dense model.</param>
    internal abstract bool IsReachedBy(SearchTrial trial, double denseMetric);

    /// <summary>The goal in words.</summary>
    public sealed override string ToString() => Words.ToString(CultureInfo.InvariantCulture);

    private protected abstract FormattableString Words { get; }
}

/// <summary>The metric is at most so much below the dense model's.</summary>
internal sealed record LossGoal(double Points) : PruningGoal
{
    /// <summary>Differences below it come from rounding.</summary>
    private const double Rounding = 1e-9;

    private protected override FormattableString Words => $"at most {Points} below the dense model";

    internal override bool IsReachedBy(SearchTrial trial, double denseMetric) => trial.Metric >= denseMetric - Points - Rounding;
}

/// <summary>A goal that limits a cost of the model.</summary>
internal abstract record LimitGoal : PruningGoal
{
    public abstract double Limit { get; }

    public abstract double CostOf(SearchTrial trial);

    internal sealed override bool IsReachedBy(SearchTrial trial, double denseMetric) => CostOf(trial) <= Limit;
}

/// <summary>The weights take at most so much on disk.</summary>
internal sealed record SizeGoal(long Bytes) : LimitGoal
{
    public override double Limit => Bytes;

    private protected override FormattableString Words => $"at most {Bytes / 1e6:0.###} MB";

    public override double CostOf(SearchTrial trial) => trial.Bytes;
}

/// <summary>A limit on the time to score one input.</summary>
internal sealed record LatencyGoal(TimeSpan Time, int Tokens) : LimitGoal
{
    /// <summary>A sentence.</summary>
    public const int UsualTokens = 32;

    public override double Limit => Time.TotalMilliseconds;

    private protected override FormattableString Words => $"at most {Time.TotalMilliseconds:0.###} ms";

    public override double CostOf(SearchTrial trial) => trial.Milliseconds;
}
