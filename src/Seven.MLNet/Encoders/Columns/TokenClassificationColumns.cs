using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.Metrics;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Tagging;
using Seven.MLNet.Encoders.Text;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Columns;

/// <summary>A label for each word of a text.</summary>
internal sealed class TokenClassificationColumns(BertTokenClassificationOptions options)
    : EncoderColumns<TaggedWords, TokenizedText, TaggedText, float[][], FoundSpans>
{
    public override EncoderTrainerOptions Options => options;

    public override IReadOnlyList<InputColumn> TrainingColumns => [WordSource.ColumnOf(options.TextColumnName), InputColumn.Keys("label", options.LabelColumnName)];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows) =>
        ResultsOf(LabelValues.Placeholder(rows.First(column => column.Name == options.LabelColumnName))).Columns;

    protected override LabelValues LabelsOf(DataViewSchema schema) => LabelValues.Of(schema[options.LabelColumnName]);

    protected override TokenClassificationTask TaskFor(LabelValues? labels) => EncoderTasks.TokenClassification(labels!.Names);

    protected override (EncoderConfiguration, InputSource<TaggedWords>) Start(IDataView rows)
    {
        var start = TextStart.Of(options, rows, options.TextColumnName);
        return (start.Shape, SourceOf(start));
    }

    protected override InputSource<TaggedWords> SourceIn(string folder, EncoderConfiguration shape) => SourceOf(TextStart.FromFolder(folder));

    /// <summary>Examples of all rows; words whose key is missing do not count, and rows without any where there is no teacher.</summary>
    /// <exception cref="InvalidDataException">A row has another number of labels than words.</exception>
    protected override IReadOnlyList<TaggedText> Examples(IDataView rows, InputSource<TaggedWords> source, LabelValues? labels, ReadingRun run)
    {
        var label = rows.Schema[options.LabelColumnName];
        ClassExamples.RequireSame(labels!, LabelValues.Of(label));
        return ExampleReader<TaggedText>.Read(rows, source.Columns.Select(column => rows.Schema[column.Name]).Append(label), (row, examples) =>
        {
            var keys = row.GetGetter<VBuffer<uint>>(label);
            var read = source.Reader(row, examples.CountCut);
            var found = default(VBuffer<uint>);
            return () =>
            {
                keys(ref found);
                var words = read()!;
                if (found.Length == 0 && examples.TakesUnlabeled)
                {
                    examples.CountUnlabeled();
                    examples.Add(new TaggedText { Tokens = words.Tokens.Tokens, Labels = UnlabeledTokens(words) });
                }
                else if (found.Length == words.Words.Count && found.Length > 0)
                    examples.Add(new TaggedText { Tokens = words.Tokens.Tokens, Labels = LabelsOfTokens(words, [.. found.DenseValues()], labels!.Count) });
                else if (found.Length == 0)
                    examples.LeaveOutUnlabeled();
                else if (options.UnusableRows == UnusableRows.Skip)
                    examples.LeaveOutUnusable();
                else
                    throw new InvalidDataException(
                        $"Row {row.Position} has {words.Words.Count} words and {found.Length} labels; expected a label for each word. UnusableRows = Skip leaves such rows out.");
            };
        }, run);
    }

    protected override SpanColumns ResultsOf(LabelValues? labels) =>
        new(labels!, options.PredictedLabelColumnName, options.EntityColumnName, options.EntityLabelColumnName);

    protected override FoundSpans[] Score(SparseModel model, IReadOnlyList<TaggedWords> rows)
    {
        var probabilities = model.ClassifyTokens([.. rows.Select(row => row.Tokens)]);
        var spans = new SpanMetrics(model.Labels);
        return [.. rows.Select((row, i) => Found(row, probabilities[i], spans))];
    }

    private static FoundSpans Found(TaggedWords row, float[][] probabilities, SpanMetrics spans)
    {
        int[] labels = [.. row.FirstTokens.Select(token => token < 0 ? -1 : Array.IndexOf(probabilities[token], probabilities[token].Max()))];
        int known = labels.AsSpan().IndexOf(-1);
        int[] whole = known < 0 ? labels : labels[..known];
        return new FoundSpans(labels, [.. spans.SpansOf(whole).Select(span => (row.Text[row.Words[span.Start].Start..row.Words[span.End].End], span.Kind))]);
    }

    private static int[] UnlabeledTokens(TaggedWords words)
    {
        int[] all = NoLabels(words);
        foreach (int token in words.FirstTokens.Where(token => token >= 0))
            all[token] = TaggedText.Unlabeled;
        return all;
    }

    private static int[] LabelsOfTokens(TaggedWords words, uint[] keys, int labels)
    {
        int[] all = NoLabels(words);
        for (int word = 0; word < keys.Length; word++)
            if (words.FirstTokens[word] >= 0 && keys[word] > 0 && keys[word] <= labels)
                all[words.FirstTokens[word]] = (int)keys[word] - 1;
        return all;
    }

    private static int[] NoLabels(TaggedWords words)
    {
        var all = new int[words.Tokens.Tokens.Count];
        Array.Fill(all, TaggedText.Ignored);
        return all;
    }

    private WordSource SourceOf(TextStart start) => new(start.Tokenizer, options.TextColumnName, start.MaximumTokens(options));
}
