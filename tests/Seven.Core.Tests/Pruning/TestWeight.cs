using Seven.Weights;

namespace Seven.Tests.Pruning;

/// <summary>An array of weights outside any network.</summary>
internal sealed class TestWeight(string name, params int[] shape) : IPrunableWeight
{
    private readonly float[] _values = new float[shape.Aggregate(1, (product, size) => product * size)];
    private readonly float[] _gradient = new float[shape.Aggregate(1, (product, size) => product * size)];

    public string Name => name;

    public IReadOnlyList<int> Shape => shape;

    public bool IsPrunable { get; init; } = true;

    public Span<float> Values => _values;

    public Span<float> Gradient => _gradient;

    public int Zeros => _values.Count(value => value == 0);

    public static TestWeight Random(Random random, string name, int count, bool ties = false)
    {
        var weight = new TestWeight(name, count);
        weight.Randomize(random, ties);
        return weight;
    }

    public static TestWeight Random(Random random, string name, int rows, int columns)
    {
        var weight = new TestWeight(name, rows, columns);
        weight.Randomize(random);
        return weight;
    }

    /// <summary>New values and gradients; with ties, from a handful of values.</summary>
    public void Randomize(Random random, bool ties = false)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            _values[i] = ties ? 1 + random.Next(3) : (float)(random.NextDouble() + 0.01);
            _gradient[i] = ties ? random.Next(3) : (float)(random.NextDouble() - 0.5);
        }
    }
}
