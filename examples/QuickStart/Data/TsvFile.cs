namespace QuickStart.Data;

/// <summary>A user's own file: text, a tab, a label. A header is recognized by a label that no other line has.</summary>
internal static class TsvFile
{
    private static readonly string[] s_headings = ["label", "class", "category"];

    /// <exception cref="InvalidDataException">A line has no label, or the file has no example.</exception>
    public static List<Sentence> Read(string path)
    {
        var sentences = new List<Sentence>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0)
                continue;
            string[] columns = line.Split('\t');
            if (columns.Length != 2 || columns[1].Trim().Length == 0 || columns[0].Trim().Length == 0)
                throw new InvalidDataException($"{path}, line {number} has {columns.Length} columns, some perhaps empty; expected two: a text, a tab, a label.");
            sentences.Add(new Sentence { Text = columns[0].Trim(), Label = columns[1].Trim() });
        }

        bool startsWithHeading = sentences.Count > 0 && s_headings.Contains(sentences[0].Label, StringComparer.OrdinalIgnoreCase);
        if (sentences.Count == 1 && startsWithHeading)
            throw new InvalidDataException($"{path} holds a header only, '{sentences[0].Text}' and '{sentences[0].Label}'; expected lines of a text, a tab, a label below it.");
        if (sentences.Count > 1 && sentences.Skip(1).All(sentence => sentence.Label != sentences[0].Label) && (startsWithHeading || sentences.Count > 2))
            sentences.RemoveAt(0);
        if (sentences.Count == 0)
            throw new InvalidDataException($"{path} holds no examples; expected lines of a text, a tab, a label.");
        return sentences;
    }
}
