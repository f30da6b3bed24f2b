using System.Text.Json;
using nietras.SeparatedValues;

namespace Seven.Cli.Data;

/// <summary>Reads texts with their labels: tab-separated values without quotes, comma-separated values with them, or a JSON object a line.</summary>
internal static class TextFile
{
    /// <summary>The rows of a file.</summary>
    /// <param name="path">The file; <c>.csv</c> and <c>.jsonl</c> are what their names say, all else has tabs.</param>
    /// <param name="columns">Which columns to read.</param>
    /// <exception cref="InvalidDataException">The file is empty or of another shape.</exception>
    public static IReadOnlyList<TextRow> Read(string path, TextColumns columns)
    {
        var rows = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" => ReadJson(path, columns),
            ".csv" => ReadTable(path, columns, ',', hasQuotes: true),
            _ => ReadTable(path, columns, '\t', hasQuotes: false),
        };
        return rows.Count > 0 ? rows : throw new InvalidDataException($"{path} holds no rows; expected texts, one a line.");
    }

    private static List<TextRow> ReadTable(string path, TextColumns columns, char separator, bool hasQuotes)
    {
        var rows = new List<TextRow>();
        using var reader = Sep.New(separator).Reader(options => options with { HasHeader = false, DisableQuotesParsing = !hasQuotes, Unescape = hasQuotes, DisableColCountCheck = true }).FromFile(path);
        (int Text, int? Second, int? Label, bool HasHeader)? places = null;
        foreach (var row in reader)
        {
            var cells = new string[row.ColCount];
            for (int i = 0; i < cells.Length; i++)
                cells[i] = row[i].ToString();
            if (cells.All(string.IsNullOrWhiteSpace))
                continue;
            if (places is null)
            {
                // What editors write before the first character.
                cells[0] = cells[0].TrimStart('\uFEFF');
                places = columns.Find(cells, path);
                if (places.Value.HasHeader)
                    continue;
            }

            rows.Add(RowOf(places.Value.Text, places.Value.Second, places.Value.Label, $"{path}, line {row.LineNumberFrom}", cells));
        }

        return rows;
    }

    private static TextRow RowOf(int text, int? second, int? label, string where, string[] cells)
    {
        int needed = 1 + Math.Max(text, Math.Max(second ?? 0, label ?? 0));
        if (cells.Length < needed)
            throw new InvalidDataException($"{where} has {cells.Length} columns; expected at least {needed}.");
        return Checked(new TextRow(cells[text], second is { } place ? cells[place] : null, label is { } last ? cells[last].Trim() : null), where);
    }

    private static List<TextRow> ReadJson(string path, TextColumns columns)
    {
        var rows = new List<TextRow>();
        (int Text, int? Second, int? Label, bool HasHeader)? places = null;
        string[] names = [];
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var values = ObjectOf(line, $"{path}, line {number}");
            if (places is null)
                places = columns.Find(names = [.. values.Keys], path);
            string Value(int place) => values.GetValueOrDefault(names[place]) ?? throw new InvalidDataException($"{path}, line {number} has no \"{names[place]}\"; expected a text or a number.");
            rows.Add(Checked(
                new TextRow(Value(places.Value.Text), places.Value.Second is { } second ? Value(second) : null, places.Value.Label is { } label ? Value(label) : null), $"{path}, line {number}"));
        }

        return rows;
    }

    private static Dictionary<string, string?> ObjectOf(string line, string where)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.ValueKind switch
                {
                    JsonValueKind.String => member.Value.GetString(),
                    JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => member.Value.GetRawText(),
                    _ => null,
                })
                : throw new InvalidDataException($"{where} is no JSON object; expected one such as {{\"text\": \"…\", \"label\": \"…\"}}.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{where} is no JSON object: {exception.Message}", exception);
        }
    }

    private static TextRow Checked(TextRow row, string where) =>
        string.IsNullOrWhiteSpace(row.Text) ? throw new InvalidDataException($"{where} has an empty text; expected at least one word.")
        : row.Second is not null && string.IsNullOrWhiteSpace(row.Second) ? throw new InvalidDataException($"{where} has an empty second text; expected at least one word.")
        : row.Label is not null && row.Label.Length == 0 ? throw new InvalidDataException($"{where} has an empty label; expected a word or a number.")
        : row;
}
