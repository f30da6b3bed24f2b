using Seven.Numerics;

namespace Seven.Encoders.Layers;

/// <summary>Sines and cosines by which pairs of a head's features are turned, for one position after another.</summary>
internal sealed class RotaryTable
{
    private readonly int _half;
    private readonly double _theta;
    private volatile Angles _angles = new([], [], 0);

    /// <param name="headSize">Features of a head; feature i and i + half of it are a pair.</param>
    /// <param name="theta">The base of the wavelengths.</param>
    public RotaryTable(int headSize, double theta) => (_half, _theta) = (headSize / 2, theta);

    /// <summary>Turns the features of all heads, or turns them back.</summary>
    /// <param name="x">Queries or keys, [heads · head size × tokens].</param>
    /// <param name="layout">The sequences, each of which begins at position 0.</param>
    /// <param name="isBack">Whether they are turned back, as gradients are.</param>
    /// <param name="workers">The threads.</param>
    public void Turn(Matrix x, SequenceLayout layout, bool isBack, Workers workers)
    {
        int longest = 0;
        for (int sequence = 0; sequence < layout.Count; sequence++)
            longest = Math.Max(longest, layout.Length(sequence));
        var angles = AnglesFor(longest);
        workers.For(x.Rows / (2 * _half) * _half, grain: 8, (start, end) =>
        {
            for (int pair = start; pair < end; pair++)
                for (int sequence = 0; sequence < layout.Count; sequence++)
                    TurnPair(x, pair, layout.Start(sequence), layout.Length(sequence), angles, isBack);
        });
    }

    private void TurnPair(Matrix x, int pair, int start, int length, Angles angles, bool isBack)
    {
        int feature = pair % _half, row = pair / _half * 2 * _half + feature;
        Span<float> first = x.Row(row).Slice(start, length), second = x.Row(row + _half).Slice(start, length);
        var cosines = angles.Cosines.AsSpan(feature * angles.Positions, length);
        var sines = angles.Sines.AsSpan(feature * angles.Positions, length);
        for (int i = 0; i < length; i++)
        {
            float sine = isBack ? -sines[i] : sines[i];
            (first[i], second[i]) = (first[i] * cosines[i] - second[i] * sine, second[i] * cosines[i] + first[i] * sine);
        }
    }

    /// <summary>The angles of as many positions, which are kept; two threads that both need more compute the same.</summary>
    private Angles AnglesFor(int positions)
    {
        var known = _angles;
        if (known.Positions >= positions)
            return known;
        positions = Math.Max(positions, 2 * known.Positions);
        var (sines, cosines) = (new float[_half * positions], new float[_half * positions]);
        for (int feature = 0; feature < _half; feature++)
        {
            // In float, as the libraries that train these models compute it.
            float frequency = (float)(1 / Math.Pow(_theta, (float)(2 * feature) / (2 * _half)));
            for (int position = 0; position < positions; position++)
                (sines[feature * positions + position], cosines[feature * positions + position]) = MathF.SinCos(position * frequency);
        }

        return _angles = new Angles(sines, cosines, positions);
    }

    /// <param name="Sines">[half the head size × positions].</param>
    /// <param name="Cosines">[half the head size × positions].</param>
    /// <param name="Positions">Positions.</param>
    private sealed record Angles(float[] Sines, float[] Cosines, int Positions);
}
