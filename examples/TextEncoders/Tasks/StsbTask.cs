using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Metrics;
using Seven.MLNet;

namespace TextEncoders.Tasks;

/// <summary>STS-B: how alike two sentences are, from 0 to 5.</summary>
internal sealed class StsbTask : TextTask
{
    public override string Name => "stsb";

    protected override (IReadOnlyList<string> Files, int Columns) Shape => (["train.tsv", "dev.tsv"], 10);

    public override (IDataView Train, IDataView? Validation, IDataView Test) Load(MLContext mlContext, string folder) =>
        (LoadTsv<Row>(mlContext, Path.Combine(folder, "train.tsv"), hasHeader: true), null, LoadTsv<Row>(mlContext, Path.Combine(folder, "dev.tsv"), hasHeader: true));

    public override IEstimator<ITransformer> Before(MLContext mlContext) => mlContext.Transforms.CopyColumns("Similarity", "Label");

    public override EncoderTrainer Trainer(MLContext mlContext, TrainingChoices choices, IDataView? validation) => mlContext.Regression.Trainers.BertSimilarity(new BertSimilarityOptions
    {
        ModelFolder = choices.ModelFolder,
        VocabularyFile = choices.VocabularyFile,
        Size = choices.Size,
        FineTuning = choices.Training,
        ValidationSet = validation,
        Progress = choices.Progress,
        CancellationToken = choices.CancellationToken,
    });

    public override IReadOnlyList<Metric> Evaluate(MLContext mlContext, IDataView scored)
    {
        var metrics = mlContext.Regression.Evaluate(scored);
        double[] labels = [.. scored.GetColumn<float>("Label")], scores = [.. scored.GetColumn<float>("Score")];
        return
        [
            new Metric("Pearson", Correlation.Pearson(labels, scores)), new Metric("Spearman", Correlation.Spearman(labels, scores)),
            new Metric("R²", metrics.RSquared), new Metric("RMSE", metrics.RootMeanSquaredError),
        ];
    }

    private sealed class Row
    {
        [LoadColumn(7)]
        public string Text { get; set; } = "";

        [LoadColumn(8)]
        public string SecondText { get; set; } = "";

        [LoadColumn(9)]
        public float Label { get; set; }
    }
}
