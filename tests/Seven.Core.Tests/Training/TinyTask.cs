using Seven.Encoders;

namespace Seven.Tests.Training;

/// <summary>A task that a tiny network learns in seconds: which of two halves of the vocabulary a text is from.</summary>
internal static class TinyTask
{
    public static TextConfiguration Shape { get; } = new()
    {
        VocabularySize = 40,
        MaximumTokens = 12,
        HiddenSize = 16,
        Heads = 2,
        Layers = 1,
        IntermediateSize = 32,
    };

    public static IReadOnlyList<string> Labels { get; } = ["low", "high"];

    public static LabeledText[] Texts(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int label = random.Next(2);
            return new LabeledText { Tokens = [.. Enumerable.Range(0, random.Next(3, 12)).Select(_ => 20 * label + random.Next(20))], Label = label };
        })];
    }
}
