using Microsoft.ML;
using Seven.Training;

namespace Seven.MLNet.Tests.Cases;

/// <summary>Pairs of sentences with a score.</summary>
public sealed class BertSimilarityCase : EncoderCase
{
    public override string Name => "BertSimilarity";

    public override string InputColumn => "Sentence2";

    public override IDataView Rows(MLContext context) => SentencePairs.Rows(context);

    public override IEstimator<ITransformer> Before(MLContext context) => SentencePairs.Before(context);

    public override EncoderTrainer Trainer(MLContext context, FineTuningOptions training, UnusableRows unusable = UnusableRows.Throw, string? modelFolder = null) =>
        context.Regression.Trainers.BertSimilarity(new BertSimilarityOptions
        {
            FineTuning = training,
            Size = EncoderSize.Tiny,
            LabelColumnName = "Target",
            TextColumnName = "Sentence1",
            SecondTextColumnName = "Sentence2",
            ModelFolder = modelFolder,
            UnusableRows = unusable,
        });

    public override IEstimator<ITransformer> After(MLContext context) => SentencePairs.After(context);

    public override void Evaluate(MLContext context, IDataView scored) => SentencePairs.Evaluate(context, scored);

    public override void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline) => SentencePairs.CrossValidate(context, rows, pipeline);

    public override string Predict(MLContext context, ITransformer model, IDataView rows) => Bits([SentencePairs.Predict(context, model, rows)]);
}
