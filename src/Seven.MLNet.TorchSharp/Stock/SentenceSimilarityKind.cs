using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp.NasBert;
using Seven.Metrics;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>A score for a pair of texts.</summary>
internal sealed class SentenceSimilarityKind : BertKind
{
    public override string Name => "Regression.Trainers.SentenceSimilarity";

    public override Type Trainer => typeof(SentenceSimilarityTrainer);

    public override Type TrainerOptions => typeof(SentenceSimilarityTrainer.SentenceSimilarityOptions);

    public override Type Transformer => typeof(SentenceSimilarityTransformer);

    /// <summary>Mean squared error; Pearson's and Spearman's correlation, as STS-B is judged.</summary>
    public override Evaluation Evaluate(MLContext context, object options, IDataView scored)
    {
        var columns = (NasBertTrainer.NasBertOptions)options;
        using var cursor = scored.GetRowCursor([scored.Schema[columns.LabelColumnName], scored.Schema[columns.ScoreColumnName]]);
        var labels = cursor.GetGetter<float>(scored.Schema[columns.LabelColumnName]);
        var scores = cursor.GetGetter<float>(scored.Schema[columns.ScoreColumnName]);
        var (expected, found) = (new List<double>(), new List<double>());
        float label = 0, score = 0;
        while (cursor.MoveNext())
        {
            labels(ref label);
            scores(ref score);
            if (float.IsNaN(label))
                continue;
            expected.Add(label);
            found.Add(score);
        }

        double loss = expected.Count == 0 ? double.NaN : expected.Zip(found, (x, y) => (x - y) * (x - y)).Average();
        return new Evaluation(loss, [new("Pearson", Correlation.Pearson(expected, found)), new("Spearman", Correlation.Spearman(expected, found))]);
    }
}
