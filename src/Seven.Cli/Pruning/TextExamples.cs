using Seven.Cli.Data;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Tokens;

namespace Seven.Cli.Pruning;

/// <summary>Makes a task's examples of rows.</summary>
/// <param name="Task">The task.</param>
/// <param name="Make">The example of a text and its row.</param>
/// <param name="WithTargets">What the model before pruning adds to all examples; <see langword="null"/> where rows say everything.</param>
internal sealed record TextExamples<TExample, TOutput>(
    EncoderTask<TokenizedText, TExample, TOutput> Task, Func<TokenizedText, TextRow, TExample> Make, Func<EncoderModel<TokenizedText, TExample, TOutput>, TExample[], TExample[]>? WithTargets = null)
    where TExample : TokenizedText
{
    /// <summary>The examples of rows, as a model's tokenizer reads them.</summary>
    public TExample[] Of(IReadOnlyList<TextRow> rows, TextTokenizer tokenizer, EncoderModel<TokenizedText, TExample, TOutput> model)
    {
        int maximum = ((TextConfiguration)model.Configuration).TextLength;
        TExample[] examples = [.. rows.AsParallel().AsOrdered().Select(row => Make(Tokens(row, tokenizer, maximum), row))];
        return WithTargets is null ? examples : WithTargets(model, examples);
    }

    private static TokenizedText Tokens(TextRow row, TextTokenizer tokenizer, int maximum) => row.Second is { } second
        ? tokenizer.Join(tokenizer.Encode(row.Text), tokenizer.Encode(second), maximum)
        : tokenizer.Join(tokenizer.Encode(row.Text), maximum);
}

/// <summary>The examples of each task.</summary>
internal static class TextExamples
{
    /// <summary>Texts with the number of their class.</summary>
    /// <param name="labels">The classes.</param>
    public static TextExamples<LabeledText, float[]> Classes(IReadOnlyList<string> labels)
    {
        var numbers = labels.Select((label, number) => (label, number)).ToDictionary(pair => pair.label, pair => pair.number);
        return new(EncoderTasks.TextClassification(labels), (text, row) => new LabeledText
        {
            Tokens = text.Tokens,
            Segments = text.Segments,
            Label = row.Label is null ? LabeledText.Unlabeled
                : numbers.TryGetValue(row.Label, out int number) ? number
                : throw new InvalidDataException($"A row has the label '{row.Label}'; expected one of {string.Join(", ", labels)}."),
        });
    }

    /// <summary>Texts with a score.</summary>
    public static TextExamples<ScoredText, float> Scores() => new(EncoderTasks.TextRegression(), (text, row) => new ScoredText
    {
        Tokens = text.Tokens,
        Segments = text.Segments,
        Score = row.Label is null ? float.NaN
            : TextTask.IsNumber(row.Label, out float score) ? score
            : throw new InvalidDataException($"A row has the label '{row.Label}'; expected a number."),
    });

    /// <summary>Texts whose vectors are to stay what they are.</summary>
    public static TextExamples<EmbeddedText, float[]> Vectors() => new(
        EncoderTasks.TextEmbedding(),
        static (text, _) => new EmbeddedText { Tokens = text.Tokens, Segments = text.Segments, Vector = [] },
        static (model, texts) => [.. texts.Zip(model.Predict(texts), (text, vector) => new EmbeddedText { Tokens = text.Tokens, Segments = text.Segments, Vector = vector })]);
}
