using Microsoft.ML;
using Microsoft.ML.TorchSharp;

namespace Seven.MLNet.TorchSharp.Tests.Cases;

public sealed class SentenceSimilarityCase : StockCase
{
    public override string Name => "SentenceSimilarity";

    public override string InputColumn => "Sentence2";

    public override bool CanCrossValidate => true;

    public override MLContext NewContext() => PretrainedFiles.NewContext(Pretrained.NasBert);

    public override IDataView Rows(MLContext context) => SentencePairs.Rows(context);

    public override IEstimator<ITransformer> Before(MLContext context) => SentencePairs.Before(context);

    public override IEstimator<ITransformer> Trainer(MLContext context, int epochs = 2) => context.Regression.Trainers.SentenceSimilarity(
        labelColumnName: "Target", sentence1ColumnName: "Sentence1", sentence2ColumnName: "Sentence2", batchSize: 8, maxEpochs: epochs);

    public override IEstimator<ITransformer> After(MLContext context) => SentencePairs.After(context);

    public override void Evaluate(MLContext context, IDataView scored) => SentencePairs.Evaluate(context, scored);

    public override void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline) => SentencePairs.CrossValidate(context, rows, pipeline);

    public override string Predict(MLContext context, ITransformer model, IDataView rows) => Bits([SentencePairs.Predict(context, model, rows)]);
}
