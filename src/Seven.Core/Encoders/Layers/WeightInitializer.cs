namespace Seven.Encoders.Layers;

/// <summary>Random start values, drawn in the order in which a network is built: equal seeds give equal networks.</summary>
internal sealed class WeightInitializer(int seed)
{
    /// <summary>BERT's and ViT's start: a normal distribution of deviation 0.02, cut off at two deviations.</summary>
    private const double Deviation = 0.02;

    private readonly Random _random = new(seed);

    public void Fill(Span<float> values)
    {
        foreach (ref float value in values)
            value = (float)(Deviation * TruncatedNormal());
    }

    private double TruncatedNormal()
    {
        while (true)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
            double normal = radius * Math.Cos(2 * Math.PI * _random.NextDouble());
            if (Math.Abs(normal) <= 2)
                return normal;
        }
    }
}
