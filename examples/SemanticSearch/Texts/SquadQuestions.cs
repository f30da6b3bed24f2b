using System.Text.Json;

namespace SemanticSearch.Texts;

/// <summary>A question and the paragraph that answers it.</summary>
internal sealed record SquadQuestion(string Question, string Paragraph);

/// <summary>Questions in the format of SQuAD 1.1.</summary>
internal static class SquadQuestions
{
    /// <exception cref="InvalidDataException">The file is of another format.</exception>
    public static IReadOnlyList<SquadQuestion> Read(FileInfo file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            return
            [
                .. from article in json.RootElement.GetProperty("data").EnumerateArray()
                   from paragraph in article.GetProperty("paragraphs").EnumerateArray()
                   from question in paragraph.GetProperty("qas").EnumerateArray()
                   select new SquadQuestion(question.GetProperty("question").GetString()!, paragraph.GetProperty("context").GetString()!),
            ];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{file} is not in SQuAD's format: {exception.Message}", exception);
        }
    }
}
