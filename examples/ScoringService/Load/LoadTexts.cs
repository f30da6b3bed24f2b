namespace ScoringService.Load;

/// <summary>Texts of 3 to 60 words, the same for the same seed.</summary>
internal sealed class LoadTexts(int seed)
{
    private static readonly string[] s_words =
    [
        "the", "a", "this", "that", "film", "story", "actor", "scene", "music", "director", "is", "was", "seems", "feels", "becomes", "never", "always", "often", "hardly", "quite",
        "good", "bad", "boring", "wonderful", "clever", "slow", "funny", "sad", "predictable", "remarkable", "and", "but", "because", "although", "with", "without", "about", "after", "before", "between",
        "audience", "performance", "dialogue", "camera", "ending", "beginning", "character", "moment", "mystery", "adventure", "watching", "laughing", "thinking", "leaving", "remembering",
    ];

    private readonly Random _random = new(seed);

    public string Next() => string.Join(' ', Enumerable.Range(0, _random.Next(3, 61)).Select(_ => s_words[_random.Next(s_words.Length)]));
}
