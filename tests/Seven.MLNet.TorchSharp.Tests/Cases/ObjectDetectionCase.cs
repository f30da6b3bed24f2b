using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.AutoFormerV2;
using SkiaSharp;

namespace Seven.MLNet.TorchSharp.Tests.Cases;

public sealed class ObjectDetectionCase : StockCase
{
    private static readonly string s_folder = Directory.CreateTempSubdirectory("seven-images-").FullName;

    public override string Name => "ObjectDetection";

    public override string InputColumn => "Image";

    public override MLContext NewContext() => PretrainedFiles.NewContext(Pretrained.AutoFormer);

    /// <summary>4 pictures of a red or blue square.</summary>
    public override IDataView Rows(MLContext context) => context.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(i => new Row
    {
        ImagePath = Draw(i, i % 2 == 0 ? SKColors.Red : SKColors.Blue),
        Names = i % 2 == 0 ? "red" : "blue",
        Corners = "8 8 40 40",
    }).ToList());

    public override IEstimator<ITransformer> Before(MLContext context) =>
        context.Transforms.Text.TokenizeIntoWords("Labels", "Names", [','])
            .Append(context.Transforms.Conversion.MapValueToKey("Labels"))
            .Append(context.Transforms.Text.TokenizeIntoWords("Boxes", "Corners", [' ']))
            .Append(context.Transforms.Conversion.ConvertType("Boxes"))
            .Append(context.Transforms.LoadImages("Image", null, "ImagePath"));

    /// <summary>A score threshold of 0, so that there are boxes to compare.</summary>
    public override IEstimator<ITransformer> Trainer(MLContext context, int epochs = 2) => context.MulticlassClassification.Trainers.ObjectDetection(
        new ObjectDetectionTrainer.Options
        {
            LabelColumnName = "Labels",
            BoundingBoxColumnName = "Boxes",
            ImageColumnName = "Image",
            MaxEpoch = epochs,
            ScoreThreshold = 0,
            InitLearningRate = 0.01,
        });

    public override IEstimator<ITransformer> After(MLContext context) =>
        context.Transforms.Conversion.MapKeyToValue([new InputOutputColumnPair("Named", "Labels"), new InputOutputColumnPair("Predicted", "PredictedLabel")]);

    public override void Evaluate(MLContext context, IDataView scored)
    {
        var metrics = context.MulticlassClassification.EvaluateObjectDetection(
            scored, scored.Schema["Named"], scored.Schema["Boxes"], scored.Schema["Predicted"], scored.Schema["PredictedBoundingBoxes"], scored.Schema["Score"]);
        Assert.IsInRange(0, 1, metrics.MAP50);
    }

    public override string Predict(MLContext context, ITransformer model, IDataView rows)
    {
        using var engine = context.Model.CreatePredictionEngine<Row, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return Bits(engine.Predict(First<Row>(context, rows)).Score);
    }

    private static string Draw(int number, SKColor color)
    {
        string path = Path.Combine(s_folder, $"{number}.png");
        using var bitmap = new SKBitmap(64, 64);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.White);
            canvas.DrawRect(8, 8, 32, 32, new SKPaint { Color = color });
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
        return path;
    }

    public sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public string Names { get; set; } = "";

        public string Corners { get; set; } = "";
    }

    public sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
