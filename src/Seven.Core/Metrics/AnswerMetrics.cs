using System.Text;

namespace Seven.Metrics;

/// <summary>Compares answers with accepted ones, as SQuAD's evaluation script (version 1.1) does: in lower case, without punctuation, articles and extra spaces.</summary>
public static class AnswerMetrics
{
    /// <summary>F1 over words and exact match, means over all questions.</summary>
    /// <param name="answers">For each question the answer given, and those that are accepted, at least one.</param>
    /// <exception cref="ArgumentException">There are no questions, or nothing is accepted for one.</exception>
    public static IReadOnlyList<Metric> Of(IEnumerable<(string Given, IReadOnlyList<string> Accepted)> answers)
    {
        var (f1, exact, count) = (0.0, 0.0, 0);
        foreach (var (given, accepted) in answers)
        {
            if (accepted.Count == 0)
                throw new ArgumentException($"Question {count} has no accepted answer; expected at least one.", nameof(answers));
            f1 += accepted.Max(answer => F1(given, answer));
            exact += accepted.Any(answer => IsExact(given, answer)) ? 1 : 0;
            count++;
        }

        return count > 0 ? [new("F1", f1 / count), new("exact match", exact / count)] : throw new ArgumentException("There are no answers; expected at least one.", nameof(answers));
    }

    /// <summary>Whether two answers are the same once normalized.</summary>
    /// <param name="given">The answer given.</param>
    /// <param name="accepted">An answer that is right.</param>
    public static bool IsExact(string given, string accepted) => WordsOf(given).SequenceEqual(WordsOf(accepted));

    /// <summary>The harmonic mean of precision and recall of the words given, each counted as often as it occurs.</summary>
    /// <param name="given">The answer given.</param>
    /// <param name="accepted">An answer that is right.</param>
    public static double F1(string given, string accepted)
    {
        string[] found = WordsOf(given), right = WordsOf(accepted);
        var left = right.CountBy(word => word).ToDictionary();
        int common = found.Count(word => left.TryGetValue(word, out int count) && (left[word] = count - 1) >= 0);
        return common == 0 ? 0 : 2.0 * common / (found.Length + right.Length);
    }

    private static string[] WordsOf(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (char letter in text.ToLowerInvariant())
            if (!IsAsciiPunctuation(letter))
                kept.Append(letter);
        return [.. kept.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => word is not ("a" or "an" or "the"))];
    }

    /// <summary>Python's string.punctuation.</summary>
    private static bool IsAsciiPunctuation(char letter) => char.IsAscii(letter) && (char.IsPunctuation(letter) || char.IsSymbol(letter));
}
