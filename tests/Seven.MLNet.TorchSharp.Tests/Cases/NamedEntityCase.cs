using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;

namespace Seven.MLNet.TorchSharp.Tests.Cases;

public sealed class NamedEntityCase : StockCase
{
    private static readonly string[] s_kinds = ["PERSON", "CITY", "OTHER"];
    private static readonly string[] s_names = ["Alice", "Bob", "Carol"];
    private static readonly string[] s_cities = ["Paris", "Rome", "Oslo"];

    public override string Name => "NamedEntityRecognition";

    public override string InputColumn => "Sentence";

    public override MLContext NewContext() => PretrainedFiles.NewContext(Pretrained.NasBertForEntities);

    /// <summary>16 sentences of a person in a city.</summary>
    public override IDataView Rows(MLContext context)
    {
        var random = new Random(3);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 16).Select(_ => new Row
        {
            Sentence = $"{s_names[random.Next(3)]} is in {s_cities[random.Next(3)]}",
            Label = ["PERSON", "OTHER", "OTHER", "CITY"],
        }).ToList());
    }

    public override IEstimator<ITransformer> Before(MLContext context) => context.Transforms.Conversion.MapValueToKey(
        "Label", keyData: context.Data.LoadFromEnumerable(s_kinds.Select(kind => new Kind { Key = kind }).ToList()));

    public override IEstimator<ITransformer> Trainer(MLContext context, int epochs = 2) =>
        context.MulticlassClassification.Trainers.NamedEntityRecognition(outputColumnName: "PredictedLabel", sentence1ColumnName: "Sentence", batchSize: 8, maxEpochs: epochs);

    public override IEstimator<ITransformer> After(MLContext context) => context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel");

    /// <summary>ML.NET has no evaluator for entities: the predictions have a label for each word.</summary>
    public override void Evaluate(MLContext context, IDataView scored)
    {
        foreach (var labels in scored.GetColumn<VBuffer<uint>>("PredictedLabel"))
            Assert.AreEqual(4, labels.Length);
    }

    public override string Predict(MLContext context, ITransformer model, IDataView rows)
    {
        using var engine = context.Model.CreatePredictionEngine<Row, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return string.Join(' ', engine.Predict(First<Row>(context, rows)).PredictedLabel);
    }

    public sealed class Kind
    {
        public string Key { get; set; } = "";
    }

    public sealed class Row
    {
        public string Sentence { get; set; } = "";

        public string[] Label { get; set; } = [];
    }

    public sealed class Prediction
    {
        public uint[] PredictedLabel { get; set; } = [];
    }
}
