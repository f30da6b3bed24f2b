namespace Seven.Encoders.Tasks;

/// <summary>-log softmax(outputs)[target].</summary>
internal static class CrossEntropy
{
    /// <summary>The loss of one distribution, and scale times its gradient, softmax(outputs) - 1 at the target.</summary>
    public static double Loss(ReadOnlySpan<float> outputs, int target, float scale, Span<float> gradient)
    {
        float largest = float.NegativeInfinity;
        foreach (float output in outputs)
            largest = float.IsNaN(output) ? float.NaN : Math.Max(largest, output);
        double sum = 0;
        foreach (float output in outputs)
            sum += Math.Exp(output - largest);
        for (int i = 0; i < outputs.Length; i++)
            gradient[i] = (float)(scale * (Math.Exp(outputs[i] - largest) / sum - (i == target ? 1 : 0)));
        return Math.Log(sum) + largest - outputs[target];
    }
}
