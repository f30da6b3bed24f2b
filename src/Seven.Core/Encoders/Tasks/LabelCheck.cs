namespace Seven.Encoders.Tasks;

/// <summary>Checks the labels of a classifier.</summary>
internal static class LabelCheck
{
    /// <summary>What an error says of examples that need no label.</summary>
    public const string OrUnlabeled = ", or Unlabeled (-1) where there is a teacher";

    /// <exception cref="ArgumentException">Two labels are equal, or there are fewer than two.</exception>
    public static void Require(IReadOnlyList<string> labels)
    {
        if (labels.Count < 2)
            throw new ArgumentException($"Labels has {labels.Count} entries; expected at least two classes.", nameof(labels));
        if (labels.Distinct(StringComparer.Ordinal).Count() != labels.Count)
            throw new ArgumentException("Labels names a class twice; expected distinct names.", nameof(labels));
    }
}
