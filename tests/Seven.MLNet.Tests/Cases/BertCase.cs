using Microsoft.ML;
using Seven.Training;

namespace Seven.MLNet.Tests.Cases;

/// <summary>Sentences with a label.</summary>
public sealed class BertCase : EncoderCase
{
    private readonly TextClassificationCase _texts = new();

    public override string Name => "Bert";

    public override string InputColumn => "Text";

    public override IDataView Rows(MLContext context) => _texts.Rows(context);

    public override IEstimator<ITransformer> Before(MLContext context) => _texts.Before(context);

    public override EncoderTrainer Trainer(MLContext context, FineTuningOptions training, UnusableRows unusable = UnusableRows.Throw, string? modelFolder = null) =>
        context.MulticlassClassification.Trainers.Bert(new BertClassificationOptions { FineTuning = training, Size = EncoderSize.Tiny, ModelFolder = modelFolder, UnusableRows = unusable });

    public override IEstimator<ITransformer> After(MLContext context) => _texts.After(context);

    public override void Evaluate(MLContext context, IDataView scored) => _texts.Evaluate(context, scored);

    public override void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline) => _texts.CrossValidate(context, rows, pipeline);

    public override string Predict(MLContext context, ITransformer model, IDataView rows) => _texts.Predict(context, model, rows);
}
