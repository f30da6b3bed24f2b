using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>Random start values, drawn in the order in which a network is built: equal seeds give equal networks.</summary>
/// <param name="seed">Equal seeds give equal values; <see langword="null"/> for zeros, where all values are read from a file.</param>
internal sealed class WeightInitializer(int? seed)
{
    /// <summary>BERT's and ViT's start: a normal distribution of deviation 0.02, cut off at two deviations.</summary>
    private const float Deviation = 0.02f;
    private const float Limit = 2;

    private readonly Random? _random = seed is { } given ? new Random(given) : null;

    public void Fill(TrainableMatrix matrix)
    {
        // A matrix that is read from a file has no memory before its turn comes.
        if (_random is not null)
            Fill(matrix.Values.Values, _random);
    }

    private static void Fill(Span<float> values, Random random)
    {
        for (int i = 0; i < values.Length;)
        {
            // Box and Muller's pair of normal numbers; those beyond the limit are drawn again.
            float radius = MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle()));
            var (sine, cosine) = MathF.SinCos(2 * MathF.PI * random.NextSingle());
            if (MathF.Abs(radius * cosine) <= Limit)
                values[i++] = Deviation * radius * cosine;
            if (i < values.Length && MathF.Abs(radius * sine) <= Limit)
                values[i++] = Deviation * radius * sine;
        }
    }
}
