namespace Seven.Encoders.Tasks;

/// <summary>-log softmax(outputs)[target], and how far softmax(outputs) is from another distribution.</summary>
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

    /// <summary>T² · KL(softmax(target / T) ‖ softmax(outputs / T)). T² keeps gradients of the same size whatever the temperature (Hinton et al., 2015, section 2).</summary>
    /// <param name="outputs">The model's.</param>
    /// <param name="target">The teacher's.</param>
    /// <param name="temperature">T.</param>
    /// <param name="scale">The factor of the gradient.</param>
    /// <param name="gradient">Added to: scale · T · (softmax(outputs / T) - softmax(target / T)).</param>
    public static double AddDivergence(ReadOnlySpan<float> outputs, ReadOnlySpan<float> target, double temperature, float scale, Span<float> gradient)
    {
        double norm = LogOfSum(outputs, temperature), normOfTarget = LogOfSum(target, temperature), divergence = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double log = outputs[i] / temperature - norm, logOfTarget = target[i] / temperature - normOfTarget, probability = Math.Exp(logOfTarget);
            divergence += probability * (logOfTarget - log);
            gradient[i] += (float)(scale * temperature * (Math.Exp(log) - probability));
        }

        return temperature * temperature * divergence;
    }

    /// <summary>log Σ exp(values / T).</summary>
    private static double LogOfSum(ReadOnlySpan<float> values, double temperature)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (float value in values)
            largest = Math.Max(largest, value / temperature);
        foreach (float value in values)
            sum += Math.Exp(value / temperature - largest);
        return Math.Log(sum) + largest;
    }
}
