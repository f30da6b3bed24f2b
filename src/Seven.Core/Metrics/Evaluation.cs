using System.Globalization;

namespace Seven.Metrics;

/// <summary>A metric's name and value; larger is better.</summary>
/// <param name="Name">What it is, such as accuracy.</param>
/// <param name="Value">Its value.</param>
public readonly record struct Metric(string Name, double Value);

/// <summary>The loss and metrics of a model on a set of examples.</summary>
/// <param name="loss">The mean loss.</param>
/// <param name="metrics">Figures of merit, the one that decides first.</param>
public sealed class Evaluation(double loss, IReadOnlyList<Metric> metrics)
{
    /// <summary>The mean loss.</summary>
    public double Loss => loss;

    /// <summary>Figures of merit, the one that decides first.</summary>
    public IReadOnlyList<Metric> Metrics => metrics;

    /// <summary>The figure that decides which epoch is best.</summary>
    public Metric Primary => Metrics[0];

    /// <summary>A figure by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">There is no such figure.</exception>
    public double this[string name]
    {
        get
        {
            foreach (var metric in Metrics)
                if (metric.Name == name)
                    return metric.Value;
            throw new KeyNotFoundException($"There is no metric '{name}'; there are {string.Join(", ", Metrics.Select(metric => metric.Name))}.");
        }
    }

    /// <summary>The same figures, decided by another one.</summary>
    /// <param name="name">Its name; <see langword="null"/> for the first one.</param>
    /// <exception cref="ArgumentException">There is no such figure.</exception>
    internal Evaluation By(string? name)
    {
        if (name is null)
            return this;
        Metric[] chosen = [.. Metrics.Where(metric => metric.Name == name)];
        return chosen.Length > 0
            ? new Evaluation(Loss, [.. chosen, .. Metrics.Except(chosen)])
            : throw new ArgumentException($"BestBy is '{name}'; expected one of {string.Join(", ", Metrics.Select(metric => metric.Name))}.");
    }

    /// <inheritdoc />
    public override string ToString() => string.Join(", ",
        Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Name} {metric.Value:F4}"))
            .Prepend(string.Create(CultureInfo.InvariantCulture, $"loss {Loss:F4}")));
}
