using System.Globalization;

namespace Seven.Pruning;

/// <summary>A length of time in optimizer updates: a share of all updates, or a count.</summary>
public readonly record struct StepCount
{
    private StepCount(double? share, int? count) => (ShareOfAll, Count) = (share, count);

    /// <summary>The share in [0, 1], if it is given as one.</summary>
    public double? ShareOfAll { get; }

    /// <summary>The number of updates, if it is given as one.</summary>
    public int? Count { get; }

    /// <summary>A share of all updates.</summary>
    /// <param name="share">In [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside that range.</exception>
    public static StepCount Share(double share)
    {
        Require.InRange(share, 0, 1, inclusiveEnd: true, nameof(share));
        return new(share, null);
    }

    /// <summary>A number of updates.</summary>
    /// <param name="count">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static StepCount Steps(int count)
    {
        Require.AtLeast(count, 0, nameof(count));
        return new(null, count);
    }

    /// <summary>The number of updates out of all of them.</summary>
    /// <param name="totalSteps">All updates of a run.</param>
    public int Of(int totalSteps) => Count ?? (int)Math.Round((ShareOfAll ?? 0) * totalSteps);

    /// <summary>The duration to the last bit, for comparing runs.</summary>
    internal string Identity => Count is { } count
        ? string.Create(CultureInfo.InvariantCulture, $"{count} steps")
        : string.Create(CultureInfo.InvariantCulture, $"{ShareOfAll ?? 0:R} of all");

    /// <inheritdoc />
    public override string ToString() => Count is { } count
        ? string.Create(CultureInfo.InvariantCulture, $"{count} steps")
        : string.Create(CultureInfo.InvariantCulture, $"{ShareOfAll ?? 0:P0}");
}
