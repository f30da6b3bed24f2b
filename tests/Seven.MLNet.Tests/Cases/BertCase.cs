using Microsoft.ML;
using Seven.Training;

namespace Seven.MLNet.Tests.Cases;

/// <summary>Sentences with a label.</summary>
public sealed class BertCase : EncoderCase
{
    public override string Name => "Bert";

    public override string InputColumn => "Text";

    public override IDataView Rows(MLContext context) => Sentences.Rows(context);

    public override IEstimator<ITransformer> Before(MLContext context) => Sentences.Before(context);

    public override EncoderTrainer Trainer(MLContext context, FineTuningOptions training, UnusableRows unusable = UnusableRows.Throw, string? modelFolder = null) =>
        context.MulticlassClassification.Trainers.Bert(new BertClassificationOptions { FineTuning = training, Size = EncoderSize.Tiny, ModelFolder = modelFolder, UnusableRows = unusable });

    public override IEstimator<ITransformer> After(MLContext context) => Sentences.After(context);

    public override void Evaluate(MLContext context, IDataView scored) => Sentences.Evaluate(context, scored);

    public override void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline) => Sentences.CrossValidate(context, rows, pipeline);

    public override string Predict(MLContext context, ITransformer model, IDataView rows) => Bits(Sentences.Predict(context, model, rows));
}
