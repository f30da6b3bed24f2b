namespace QuickStart.Data;

/// <summary>A user's own file: text, a tab, a label; a header is recognised by a label that no other line has.</summary>
internal static class TsvFile
{
    /// <exception cref="InvalidDataException">A line has no label, the file is empty, or all lines have one label.</exception>
    public static List<LabelledSentence> Read(string path)
    {
        var sentences = new List<LabelledSentence>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0)
                continue;
            string[] columns = line.Split('\t');
            if (columns.Length != 2 || columns[1].Trim().Length == 0 || columns[0].Trim().Length == 0)
                throw new InvalidDataException($"{path}, line {number} has {columns.Length} columns, some perhaps empty; expected two: a text, a tab, a label.");
            sentences.Add(new LabelledSentence(columns[0].Trim(), columns[1].Trim()));
        }

        if (sentences.Count > 1 && sentences.Skip(1).All(sentence => sentence.Label != sentences[0].Label))
            sentences.RemoveAt(0);
        if (sentences.Count == 0)
            throw new InvalidDataException($"{path} holds no examples; expected lines of a text, a tab, a label.");
        return sentences;
    }
}
