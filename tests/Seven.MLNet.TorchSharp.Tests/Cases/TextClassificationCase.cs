using Microsoft.ML;
using Microsoft.ML.TorchSharp;

namespace Seven.MLNet.TorchSharp.Tests.Cases;

public sealed class TextClassificationCase : StockCase
{
    public override string Name => "TextClassification";

    public override string InputColumn => "Text";

    public override bool CanCrossValidate => true;

    public override MLContext NewContext() => PretrainedFiles.NewContext(Pretrained.NasBert);

    public override IDataView Rows(MLContext context) => Sentences.Rows(context);

    public override IEstimator<ITransformer> Before(MLContext context) => Sentences.Before(context);

    public override IEstimator<ITransformer> Trainer(MLContext context, int epochs = 2) =>
        context.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: "Text", batchSize: 8, maxEpochs: epochs);

    public override IEstimator<ITransformer> After(MLContext context) => Sentences.After(context);

    public override void Evaluate(MLContext context, IDataView scored) => Sentences.Evaluate(context, scored);

    public override void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline) => Sentences.CrossValidate(context, rows, pipeline);

    public override string Predict(MLContext context, ITransformer model, IDataView rows) => Bits(Sentences.Predict(context, model, rows));
}
