using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Training;

namespace Seven.MLNet.Tests.Cases;

/// <summary>People and cities in sentences.</summary>
public sealed class BertTokensCase : EncoderCase
{
    private static readonly string[] s_names = ["Ada", "Grace Hopper", "Alan"];
    private static readonly string[] s_cities = ["Paris", "New York", "Oslo"];
    private static readonly string[] s_kinds = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];

    public override string Name => "BertTokenClassification";

    public override string InputColumn => "Sentence1";

    public override bool CanCrossValidate => false;

    public override IDataView Rows(MLContext context)
    {
        var random = new Random(3);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 24).Select(_ =>
        {
            string[] name = s_names[random.Next(3)].Split(' '), city = s_cities[random.Next(3)].Split(' ');
            return new Row
            {
                Sentence1 = $"{string.Join(' ', name)} lives in  {string.Join(' ', city)} .",
                Label = [.. Labels(name, "PER"), "O", "O", .. Labels(city, "LOC"), "O"],
            };
        }).ToList());

        static IEnumerable<string> Labels(string[] words, string kind) => words.Select((_, i) => $"{(i == 0 ? "B" : "I")}-{kind}");
    }

    public override IEstimator<ITransformer> Before(MLContext context) => context.Transforms.Conversion.MapValueToKey(
        "Label", keyData: context.Data.LoadFromEnumerable(s_kinds.Select(kind => new Kind { Key = kind }).ToList()));

    public override EncoderTrainer Trainer(MLContext context, FineTuningOptions training, UnusableRows unusable = UnusableRows.Throw, string? modelFolder = null) =>
        context.MulticlassClassification.Trainers.BertTokenClassification(new BertTokenClassificationOptions
        {
            FineTuning = training,
            Size = EncoderSize.Tiny,
            ModelFolder = modelFolder,
            UnusableRows = unusable,
        });

    public override IEstimator<ITransformer> After(MLContext context) => context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel");

    /// <summary>ML.NET has no evaluator for entities: there is a label for each word, and spans are parts of their text.</summary>
    public override void Evaluate(MLContext context, IDataView scored)
    {
        var texts = scored.GetColumn<string>("Sentence1").ToList();
        var labels = scored.GetColumn<VBuffer<uint>>("PredictedLabel").ToList();
        var spans = scored.GetColumn<string[]>("Entity").ToList();
        var kinds = scored.GetColumn<string[]>("EntityLabel").ToList();
        for (int row = 0; row < texts.Count; row++)
        {
            Assert.AreEqual(texts[row].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, labels[row].Length);
            Assert.HasCount(spans[row].Length, kinds[row]);
            foreach (string span in spans[row])
                Assert.Contains(span, texts[row]);
        }
    }

    public override string Predict(MLContext context, ITransformer model, IDataView rows)
    {
        using var engine = context.Model.CreatePredictionEngine<Row, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return string.Join(' ', engine.Predict(First<Row>(context, rows)).PredictedLabel);
    }

    public override void AssertSameScores(string alone, string among) => Assert.EndsWith(" " + alone, among);

    public sealed class Kind
    {
        public string Key { get; set; } = "";
    }

    public sealed class Row
    {
        public string Sentence1 { get; set; } = "";

        public string[] Label { get; set; } = [];
    }

    public sealed class Prediction
    {
        public uint[] PredictedLabel { get; set; } = [];
    }
}
