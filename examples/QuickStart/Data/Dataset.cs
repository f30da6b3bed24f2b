namespace QuickStart.Data;

/// <summary>Sentences to learn from, to choose the best epoch by, and to judge by; no sentence is in two of them.</summary>
internal sealed record Dataset(
    IReadOnlyList<string> Labels, IReadOnlyList<LabelledSentence> Train, IReadOnlyList<LabelledSentence> Validation, IReadOnlyList<LabelledSentence> Test)
{
    private const double TestShare = 0.15;
    private const double ValidationShare = 0.1;
    private const int LargestValidation = 2000;

    /// <summary>Cuts one set into three at random, by the seed.</summary>
    /// <exception cref="InvalidDataException">There is only one class.</exception>
    public static Dataset Split(List<LabelledSentence> all, int seed)
    {
        var shuffled = Shuffled(all.DistinctBy(sentence => sentence.Text), seed);
        int test = Math.Max(1, (int)(TestShare * shuffled.Length));
        return WithTest([.. shuffled[test..]], [.. shuffled[..test]], "the data", seed);
    }

    /// <summary>Cuts a training set in two; the test set is given. Training sentences that are in the test set are left out.</summary>
    /// <exception cref="InvalidDataException">There is only one class, or the test set has a label that the training set lacks.</exception>
    public static Dataset WithTest(List<LabelledSentence> train, List<LabelledSentence> test, string testName, int seed)
    {
        string[] labels = [.. train.Select(sentence => sentence.Label).Distinct().Order(StringComparer.Ordinal)];
        if (labels.Length < 2)
            throw new InvalidDataException($"The training data has {labels.Length} class ({string.Join(", ", labels)}); expected at least two.");
        if (test.FirstOrDefault(sentence => !labels.Contains(sentence.Label)) is { Label: { } unknown })
            throw new InvalidDataException($"{testName} has the label '{unknown}', which the training data lacks; expected one of {string.Join(", ", labels)}.");

        var inTest = test.Select(sentence => sentence.Text).ToHashSet(StringComparer.Ordinal);
        var shuffled = Shuffled(train.Where(sentence => !inTest.Contains(sentence.Text)).DistinctBy(sentence => sentence.Text), seed);
        int validation = Math.Clamp((int)(ValidationShare * shuffled.Length), 1, LargestValidation);
        return shuffled.Length >= 2
            ? new Dataset(labels, shuffled[validation..], shuffled[..validation], test)
            : throw new InvalidDataException($"There are {shuffled.Length} different training sentences; expected at least two.");
    }

    private static LabelledSentence[] Shuffled(IEnumerable<LabelledSentence> sentences, int seed)
    {
        LabelledSentence[] shuffled = [.. sentences];
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}
