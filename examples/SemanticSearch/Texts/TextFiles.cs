namespace SemanticSearch.Texts;

/// <summary>Texts without labels, out of files of several kinds.</summary>
internal static class TextFiles
{
    /// <summary>The texts of a file: its lines (.txt), the longest column of each line (.tsv), SQuAD's questions, paragraphs and their sentences (.json), or the summaries of .NET's documentation (.xml).</summary>
    /// <exception cref="InvalidDataException">The file is of another kind, or damaged.</exception>
    public static IEnumerable<string> Read(FileInfo file) => file.Extension switch
    {
        ".txt" => File.ReadLines(file.FullName).Where(line => line.Length > 0),
        ".tsv" => File.ReadLines(file.FullName).Select(line => line.Split('\t').MaxBy(column => column.Length)!),
        ".json" => SquadQuestions.Read(file).SelectMany(question => Sentences(question.Paragraph).Prepend(question.Paragraph).Prepend(question.Question)).Distinct(),
        ".xml" => MemberSummaries.Read(file).Select(member => member.Summary),
        _ => throw new InvalidDataException($"{file} ends in '{file.Extension}'; expected .txt, .tsv, .json or .xml."),
    };

    private static string[] Sentences(string paragraph) =>
        paragraph.Replace(". ", ".\n", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
