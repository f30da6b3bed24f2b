namespace QuickStart.Data;

/// <summary>Sentences to learn from and to judge by; no sentence is in both.</summary>
internal sealed record Dataset(IReadOnlyList<string> Labels, IReadOnlyList<Sentence> Train, IReadOnlyList<Sentence> Test)
{
    private const double TestShare = 0.15;
    private const int LargestTest = 2000;

    /// <summary>Cuts one set in two at random, by the seed.</summary>
    /// <param name="all">All sentences.</param>
    /// <param name="rows">Training sentences to use at most.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="InvalidDataException">There is only one class.</exception>
    public static Dataset Split(List<Sentence> all, int rows, int seed)
    {
        var shuffled = Shuffled(all.DistinctBy(sentence => sentence.Text), seed);
        int test = Math.Clamp((int)(TestShare * shuffled.Length), 1, LargestTest);
        return WithTest([.. shuffled[test..]], [.. shuffled[..test]], "the data", rows, seed);
    }

    /// <summary>A training set and a test set. Training sentences that are in the test set are left out.</summary>
    /// <inheritdoc cref="Split" path="/param|/exception"/>
    public static Dataset WithTest(List<Sentence> train, List<Sentence> test, string testName, int rows, int seed)
    {
        var inTest = test.Select(sentence => sentence.Text).ToHashSet(StringComparer.Ordinal);
        Sentence[] used = [.. Shuffled(train.Where(sentence => !inTest.Contains(sentence.Text)).DistinctBy(sentence => sentence.Text), seed).Take(rows)];
        string[] labels = [.. used.Select(sentence => sentence.Label).Distinct().Order(StringComparer.Ordinal)];
        if (labels.Length < 2)
            throw new InvalidDataException($"The training data has {labels.Length} class ({string.Join(", ", labels)}); expected at least two.");
        if (test.FirstOrDefault(sentence => !labels.Contains(sentence.Label)) is { Label: { } unknown })
            throw new InvalidDataException($"{testName} has the label '{unknown}', which the training data lacks; expected one of {string.Join(", ", labels)}.");
        return new Dataset(labels, used, test);
    }

    private static Sentence[] Shuffled(IEnumerable<Sentence> sentences, int seed)
    {
        Sentence[] shuffled = [.. sentences];
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}
