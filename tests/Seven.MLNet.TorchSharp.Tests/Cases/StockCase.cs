using Microsoft.ML;
using TorchSharp;

namespace Seven.MLNet.TorchSharp.Tests.Cases;

/// <summary>One of ML.NET's own trainers on TorchSharp.</summary>
public abstract class StockCase : TrainerCase
{
    public static IReadOnlyList<StockCase> All { get; } =
        [new TextClassificationCase(), new SentenceSimilarityCase(), new NamedEntityCase(), new QuestionAnswerCase(), new ObjectDetectionCase()];

    public override string Reader => "ModelReader";

    public override IReadOnlyDictionary<string, long> ZerosIn(MLContext context, string modelPath) =>
        SavedNetwork.Load(context, modelPath).ToDictionary(weight => weight.Key, weight => weight.Value.eq(0).sum().ToInt64());
}
