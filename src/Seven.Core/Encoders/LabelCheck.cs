namespace Seven.Encoders;

/// <summary>What must hold of a classifier's labels.</summary>
internal static class LabelCheck
{
    public static int CountOf(EncoderConfiguration configuration)
    {
        var labels = configuration.Labels;
        if (labels.Count < 2)
            throw new ArgumentException($"{nameof(configuration.Labels)} has {labels.Count} entries; expected at least two classes.");
        if (labels.Distinct(StringComparer.Ordinal).Count() != labels.Count)
            throw new ArgumentException($"{nameof(configuration.Labels)} names a class twice; expected distinct names.");
        return labels.Count;
    }
}
