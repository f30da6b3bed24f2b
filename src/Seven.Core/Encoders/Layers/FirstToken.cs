using Seven.Numerics;

namespace Seven.Encoders.Layers;

/// <summary>Picks the first token of each sequence, or one that follows it.</summary>
internal static class FirstToken
{
    /// <summary>From [hidden × tokens] to [hidden × sequences].</summary>
    public static Matrix Gather(Matrix hidden, SequenceLayout layout, Pass pass, int offset = 0)
    {
        Matrix first = pass.Arena.Take(hidden.Rows, layout.Count);
        for (int feature = 0; feature < hidden.Rows; feature++)
            for (int sequence = 0; sequence < layout.Count; sequence++)
                first.Row(feature)[sequence] = hidden.Row(feature)[layout.Start(sequence) + offset];
        return first;
    }

    /// <summary>From the gradient of what was gathered to that of all tokens: zero but for those.</summary>
    public static Matrix Scatter(Matrix firstGradient, SequenceLayout layout, Pass pass, int offset = 0)
    {
        Matrix gradient = pass.Arena.Take(firstGradient.Rows, layout.Tokens);
        gradient.Clear();
        for (int feature = 0; feature < gradient.Rows; feature++)
            for (int sequence = 0; sequence < layout.Count; sequence++)
                gradient.Row(feature)[layout.Start(sequence) + offset] = firstGradient.Row(feature)[sequence];
        return gradient;
    }
}
