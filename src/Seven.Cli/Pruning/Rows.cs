using Seven.Cli.Data;

namespace Seven.Cli.Pruning;

/// <summary>Rows to learn from, to choose by, and to report on.</summary>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Unlabeled">Rows to learn from without labels.</param>
/// <param name="Validation">Rows to choose by.</param>
/// <param name="Test">Rows to report on; <see langword="null"/> for those that were chosen by.</param>
internal sealed record Rows(IReadOnlyList<TextRow> Train, IReadOnlyList<TextRow> Unlabeled, IReadOnlyList<TextRow> Validation, IReadOnlyList<TextRow>? Test)
{
    private const double ValidationShare = 0.1;
    private const int MostValidation = 2000;

    /// <summary>Reads the files; without one to choose by, a tenth of the rows, at most 2,000, is held out at random.</summary>
    /// <exception cref="InvalidDataException">A file is empty or of another shape, or there are too few rows.</exception>
    public static Rows Read(PruneSettings settings)
    {
        var all = TextFile.Read(settings.Data, settings.Columns);
        var test = settings.Test is { } path ? TextFile.Read(path, settings.Columns) : null;
        var unlabeled = UnlabeledRows(settings, all[0]);
        TextRow[] shuffled = [.. all];
        new Random(settings.Seed).Shuffle(shuffled);
        if (settings.Validation is { } validation)
            return new Rows(Taken(shuffled, settings.Rows), unlabeled, TextFile.Read(validation, settings.Columns), test);
        int held = Math.Min(MostValidation, (int)(ValidationShare * shuffled.Length));
        return held > 0
            ? new Rows(Taken(shuffled[held..], settings.Rows), unlabeled, shuffled[..held], test)
            : throw new InvalidDataException($"{settings.Data} has {all.Count} rows, of which none can be held out to choose by; expected at least 10, or --validation.");
    }

    public IEnumerable<TextRow> All => Train.Concat(Validation).Concat(Test ?? []);

    /// <exception cref="InvalidDataException">There are pairs in one file and single texts in the other, or the data has no labels either.</exception>
    private static TextRow[] UnlabeledRows(PruneSettings settings, TextRow labeled)
    {
        if (settings.Unlabeled is not { } path)
            return [];
        if (labeled.Label is null || settings.Task == TextTaskKind.Embedding)
            throw new InvalidDataException($"{settings.Data} is learned from without labels; expected all texts in it, and no --unlabeled.");
        TextRow[] rows = [.. TextFile.Read(path, settings.Columns with { Label = null }).Select(row => row with { Label = null })];
        return labeled.Second is null == rows[0].Second is null
            ? rows
            : throw new InvalidDataException($"{path} has {Named(rows[0])}; expected {Named(labeled)}, as {settings.Data} has.");

        static string Named(TextRow row) => row.Second is null ? "single texts" : "pairs of texts";
    }

    private static TextRow[] Taken(TextRow[] rows, int? most) => most is { } count && count < rows.Length ? rows[..count] : rows;
}
