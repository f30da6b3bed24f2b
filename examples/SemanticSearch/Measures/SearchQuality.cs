using System.Globalization;
using SemanticSearch.Texts;
using Seven.Inference;
using Seven.Metrics;

namespace SemanticSearch.Measures;

/// <summary>How well a model's vectors do, on rows that no model was trained on.</summary>
/// <param name="Spearman">Of the cosines of STS-B's pairs with the ratings of people.</param>
/// <param name="First">Share of SQuAD's questions whose own paragraph is the nearest.</param>
/// <param name="FirstTen">Share of those whose own paragraph is among the ten nearest.</param>
/// <param name="Kept">Share of the ten paragraphs nearest by another model that are among this one's; <see langword="null"/> for that model itself.</param>
internal sealed record SearchQuality(double Spearman, double First, double FirstTen, double? Kept)
{
    private const int Ten = 10;

    /// <summary>Measures a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stsb">Pairs of texts with a score, with tabs between.</param>
    /// <param name="squad">Questions on paragraphs.</param>
    /// <param name="reference">The ten nearest paragraphs of each question by the dense model, if there is one.</param>
    public static (SearchQuality Quality, IReadOnlyList<int[]> Nearest) Of(SparseModel model, FileInfo stsb, FileInfo squad, IReadOnlyList<int[]>? reference)
    {
        var (nearest, own) = Search(model, SquadQuestions.Read(squad));
        var quality = new SearchQuality(
            RankCorrelation(model, stsb),
            Share(nearest, (found, i) => found[0] == own[i]),
            Share(nearest, (found, i) => found.Contains(own[i])),
            reference is null ? null : nearest.Zip(reference, (found, wanted) => found.Intersect(wanted).Count() / (double)Ten).Average());
        return (quality, nearest);
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"STS-B Spearman {Spearman:F4}; own paragraph first {First:P1}, among ten {FirstTen:P1}{(Kept is { } kept ? string.Create(CultureInfo.InvariantCulture, $"; of ten nearest {kept:P1} kept") : "")}");

    private static double RankCorrelation(SparseModel model, FileInfo stsb)
    {
        // Columns before the last three say where a pair comes from.
        string[][] rows = [.. File.ReadLines(stsb.FullName).Skip(1).Select(line => line.Split('\t')[^3..])];
        float[][] first = model.Embed([.. rows.Select(row => row[0])]), second = model.Embed([.. rows.Select(row => row[1])]);
        double[] cosines = [.. first.Zip(second, (one, other) => (double)System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(one, other))];
        return Correlation.Spearman(cosines, [.. rows.Select(row => double.Parse(row[2], CultureInfo.InvariantCulture))]);
    }

    private static (int[][] Nearest, int[] Own) Search(SparseModel model, IReadOnlyList<SquadQuestion> questions)
    {
        string[] paragraphs = [.. questions.Select(question => question.Paragraph).Distinct()];
        var index = new VectorIndex(model.Embed(paragraphs));
        int[][] nearest = [.. model.Embed([.. questions.Select(question => question.Question)]).Select(vector => index.Nearest(vector, Ten).Select(found => found.Number).ToArray())];
        return (nearest, [.. questions.Select(question => Array.IndexOf(paragraphs, question.Paragraph))]);
    }

    private static double Share(int[][] nearest, Func<int[], int, bool> isRight) => nearest.Where(isRight).Count() / (double)nearest.Length;
}
