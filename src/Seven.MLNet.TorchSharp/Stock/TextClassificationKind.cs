using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp.NasBert;
using Seven.Encoders.Tasks;
using Seven.Metrics;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>A class for a text or a pair of texts.</summary>
internal sealed class TextClassificationKind : BertKind
{
    public override string Name => "MulticlassClassification.Trainers.TextClassification";

    public override Type Trainer => typeof(TextClassificationTrainer);

    public override Type TrainerOptions => typeof(TextClassificationTrainer.TextClassificationOptions);

    public override Type Transformer => typeof(TextClassificationTransformer);

    /// <summary>Cross-entropy over the network's scores, which are logits; accuracy, macro F1, Matthews.</summary>
    public override Evaluation Evaluate(MLContext context, object options, IDataView scored)
    {
        var columns = (NasBertTrainer.NasBertOptions)options;
        using var cursor = scored.GetRowCursor([scored.Schema[columns.LabelColumnName], scored.Schema[columns.ScoreColumnName]]);
        var labels = cursor.GetGetter<uint>(scored.Schema[columns.LabelColumnName]);
        var scores = cursor.GetGetter<VBuffer<float>>(scored.Schema[columns.ScoreColumnName]);
        int classes = ((VectorDataViewType)scored.Schema[columns.ScoreColumnName].Type).Size;
        var confusion = new long[classes, classes];
        double loss = 0;
        long rows = 0;
        uint label = 0;
        var score = default(VBuffer<float>);
        while (cursor.MoveNext())
        {
            labels(ref label);
            scores(ref score);
            // A missing label, and one that training did not see, cannot be judged.
            if (label == 0 || label > classes)
                continue;
            float[] logits = [.. score.DenseValues()];
            confusion[label - 1, Array.IndexOf(logits, logits.Max())]++;
            loss += CrossEntropy.Loss(logits, (int)label - 1, scale: 1, new float[classes]);
            rows++;
        }

        return new Evaluation(rows == 0 ? double.NaN : loss / rows, ClassificationMetrics.Of(confusion));
    }
}
