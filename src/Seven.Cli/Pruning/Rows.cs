using Seven.Cli.Data;

namespace Seven.Cli.Pruning;

/// <summary>Rows to learn from, to choose by, and to report on.</summary>
internal sealed record Rows(IReadOnlyList<TextRow> Train, IReadOnlyList<TextRow> Validation, IReadOnlyList<TextRow>? Test)
{
    private const double ValidationShare = 0.1;
    private const int MostValidation = 2000;

    /// <summary>Reads the files; without one to choose by, a tenth of the rows, at most 2,000, is held out at random.</summary>
    /// <exception cref="InvalidDataException">A file is empty or of another shape, or there are too few rows.</exception>
    public static Rows Read(PruneSettings settings)
    {
        var all = TextFile.Read(settings.Data, settings.Columns);
        var test = settings.Test is { } path ? TextFile.Read(path, settings.Columns) : null;
        TextRow[] shuffled = [.. all];
        new Random(settings.Seed).Shuffle(shuffled);
        if (settings.Validation is { } validation)
            return new Rows(Taken(shuffled, settings.Rows), TextFile.Read(validation, settings.Columns), test);
        int held = Math.Min(MostValidation, (int)(ValidationShare * shuffled.Length));
        return held > 0
            ? new Rows(Taken(shuffled[held..], settings.Rows), shuffled[..held], test)
            : throw new InvalidDataException($"{settings.Data} has {all.Count} rows, of which none can be held out to choose by; expected at least 10, or --validation.");
    }

    public IEnumerable<TextRow> All => Train.Concat(Validation).Concat(Test ?? []);

    private static TextRow[] Taken(TextRow[] rows, int? most) => most is { } count && count < rows.Length ? rows[..count] : rows;
}
