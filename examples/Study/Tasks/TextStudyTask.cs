using Microsoft.ML;
using Seven.Metrics;
using Seven.MLNet;
using Seven.Training;
using TextEncoders.Tasks;

namespace Study.Tasks;

/// <summary>A task of the GLUE benchmark.</summary>
/// <param name="task">The task.</param>
/// <param name="epochs">Passes over the rows.</param>
/// <param name="trainingRows">Rows to learn from at most.</param>
/// <param name="unlabeledRows">Rows after them.</param>
internal sealed class TextStudyTask(TextTask task, int epochs, int trainingRows = int.MaxValue, int unlabeledRows = 0) : StudyTask
{
    /// <summary>Rows to choose by at most: they take time, and so many tell settings apart that differ by a point.</summary>
    private const int ValidationRows = 2000;

    public override string Name => task.Name;

    public override int Epochs => epochs;

    public override int UnlabeledRows { get; } = unlabeledRows;

    public override (IDataView Train, IDataView Validation, IDataView Test) Load(MLContext mlContext, string data, int unlabeledRows)
    {
        var (train, validation, test) = task.Load(mlContext, Path.Combine(data, task.Name));
        if (validation is null)
            (train, validation) = HeldOut(mlContext, train);
        var labeled = mlContext.Data.TakeRows(train, trainingRows);
        if (unlabeledRows > 0)
            labeled = WithUnlabeled(mlContext, labeled, mlContext.Data.TakeRows(mlContext.Data.SkipRows(train, trainingRows), unlabeledRows));
        return (labeled, mlContext.Data.TakeRows(validation, ValidationRows), test);
    }

    private static IDataView WithUnlabeled(MLContext mlContext, IDataView labeled, IDataView others) => mlContext.Data.LoadFromEnumerable<Row>(
    [
        .. mlContext.Data.CreateEnumerable<Row>(labeled, reuseRowObject: false),
        .. mlContext.Data.CreateEnumerable<Row>(others, reuseRowObject: false).Select(row => new Row { Text = row.Text }),
    ]);

    public override IEstimator<ITransformer> Before(MLContext mlContext) => task.Before(mlContext);

    public override EncoderTrainer Trainer(MLContext mlContext, string folder, FineTuningOptions training, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        task.Trainer(mlContext, new TrainingChoices(folder, VocabularyFile: null, EncoderSize.Mini, training, DenseFirst: false) { Progress = progress, CancellationToken = cancellationToken }, validation: null);

    public override Metric Judge(MLContext mlContext, IDataView scored) => task.Evaluate(mlContext, scored)[0];

    /// <summary>A text; without a label where that is empty.</summary>
    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
