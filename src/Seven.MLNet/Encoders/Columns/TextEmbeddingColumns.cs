using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Text;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;
using Seven.Training;

namespace Seven.MLNet.Encoders.Columns;

/// <summary>A vector for a text. Pruned, the network learns the vectors and the hidden states that it had before.</summary>
internal sealed class TextEmbeddingColumns(TextEmbeddingOptions options) : EncoderColumns<TokenizedText, TokenizedText, EmbeddedText, float[], float[]>
{
    public override EncoderTrainerOptions Options => options;

    public override IReadOnlyList<InputColumn> TrainingColumns => TextSource.ColumnsOf(options.TextColumnName, second: null);

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows) =>
        new VectorColumn(options.OutputColumnName, options.ModelFolder is { } folder ? EncoderFolder.Open(folder, EncoderTasks.TextEmbedding()).Configuration.HiddenSize : 0).Columns;

    protected override TextEmbeddingTask TaskFor(LabelValues? labels) => EncoderTasks.TextEmbedding();

    protected override (EncoderConfiguration, InputSource<TokenizedText>) Start(IDataView rows)
    {
        var start = TextStart.FromFolder(options.ModelFolder!);
        return (start.Shape, SourceOf(start));
    }

    protected override InputSource<TokenizedText> SourceIn(string folder, EncoderConfiguration shape) => SourceOf(TextStart.FromFolder(folder));

    protected override EncoderRun? RunFor(EncoderRun run) => run.FineTuning.Pruning is null && run.Goal is null ? null : run with
    {
        FineTuning = run.FineTuning with { Distillation = run.FineTuning.Distillation ?? Distillation.OfVectors },
    };

    protected override IReadOnlyList<EmbeddedText> Examples(IDataView rows, InputSource<TokenizedText> source, LabelValues? labels, ReadingRun run) =>
        ExampleReader<EmbeddedText>.Read(rows, source.Columns.Select(column => rows.Schema[column.Name]), (row, examples) =>
        {
            var read = source.Reader(row, examples.CountCut);
            return () =>
            {
                if (read() is { } text)
                    examples.Add(new EmbeddedText { Tokens = text.Tokens, Segments = text.Segments, Vector = [] });
                else
                    examples.LeaveOutUnusable();
            };
        }, run);

    protected override IReadOnlyList<EmbeddedText> WithTargets(IReadOnlyList<EmbeddedText> examples, EncoderModel<TokenizedText, EmbeddedText, float[]> model) =>
        [.. examples.Zip(model.Predict(examples), (text, vector) => new EmbeddedText { Tokens = text.Tokens, Segments = text.Segments, Vector = vector })];

    protected override VectorColumn ResultsOf(LabelValues? labels) => new(options.OutputColumnName, size: 0);

    protected override VectorColumn ResultsOf(LabelValues? labels, EncoderConfiguration shape) => new(options.OutputColumnName, shape.HiddenSize);

    protected override float[][] Score(SparseModel model, IReadOnlyList<TokenizedText> rows) => model.Embed(rows);

    private TextSource SourceOf(TextStart start) => new(start.Tokenizer, options.TextColumnName, second: null, start.MaximumTokens(options, otherwise: start.Shape.TextLength));
}
