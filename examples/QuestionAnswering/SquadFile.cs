using System.Text.Json;
using Microsoft.ML;

namespace QuestionAnswering;

/// <summary>Questions in the format of SQuAD 1.1: articles, their paragraphs, questions on each, and answers as parts of the paragraph.</summary>
internal static class SquadFile
{
    /// <summary>The questions of a file.</summary>
    /// <exception cref="InvalidDataException">The file is of another format.</exception>
    public static IDataView Load(MLContext mlContext, FileInfo file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            return mlContext.Data.LoadFromEnumerable(json.RootElement.GetProperty("data").EnumerateArray().SelectMany(Questions).ToList());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{file} is not in SQuAD's format: {exception.Message}", exception);
        }
    }

    private static IEnumerable<Row> Questions(JsonElement article) =>
        from paragraph in article.GetProperty("paragraphs").EnumerateArray()
        let context = paragraph.GetProperty("context").GetString()!
        from question in paragraph.GetProperty("qas").EnumerateArray()
        let answers = question.GetProperty("answers").EnumerateArray().ToList()
        where answers.Count > 0
        let start = answers[0].GetProperty("answer_start").GetInt32()
        select new Row
        {
            Context = context,
            Question = question.GetProperty("question").GetString()!,
            TrainingAnswer = answers[0].GetProperty("text").GetString()!,
            // SQuAD counts characters as Unicode does, .NET in units of UTF-16.
            AnswerStart = UnitsOf(context, start),
            AcceptedAnswers = [.. answers.Select(answer => answer.GetProperty("text").GetString()!)],
        };

    private static int UnitsOf(string text, int runes)
    {
        int units = 0;
        foreach (var rune in text.EnumerateRunes().Take(runes))
            units += rune.Utf16SequenceLength;
        return units;
    }

    public sealed class Row
    {
        public string Context { get; set; } = "";

        public string Question { get; set; } = "";

        public string TrainingAnswer { get; set; } = "";

        public int AnswerStart { get; set; }

        public string[] AcceptedAnswers { get; set; } = [];
    }
}
