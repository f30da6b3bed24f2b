using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp.NasBert;
using Seven.Metrics;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>A label for each word of a text.</summary>
internal sealed class NamedEntityKind : BertKind
{
    public override string Name => "MulticlassClassification.Trainers.NamedEntityRecognition";

    public override Type Trainer => typeof(NerTrainer);

    public override Type TrainerOptions => typeof(NerTrainer.NerOptions);

    public override Type Transformer => typeof(NerTransformer);

    /// <summary>Accuracy, macro F1 and Matthews over words. The transformer gives no scores, so there is no loss.</summary>
    public override Evaluation Evaluate(MLContext context, object options, IDataView scored)
    {
        var columns = (NasBertTrainer.NasBertOptions)options;
        var (labelColumn, predictedColumn) = (scored.Schema[columns.LabelColumnName], scored.Schema[columns.PredictionColumnName]);
        using var cursor = scored.GetRowCursor([labelColumn, predictedColumn]);
        var labels = cursor.GetGetter<VBuffer<uint>>(labelColumn);
        var predictions = cursor.GetGetter<VBuffer<uint>>(predictedColumn);
        // 0 means no label.
        int classes = (int)((labelColumn.Type as VectorDataViewType)?.ItemType as KeyDataViewType)!.Count + 1;
        var confusion = new long[classes, classes];
        var (label, prediction) = (default(VBuffer<uint>), default(VBuffer<uint>));
        while (cursor.MoveNext())
        {
            labels(ref label);
            predictions(ref prediction);
            foreach (var (expected, found) in label.DenseValues().Zip(prediction.DenseValues()))
                confusion[expected, Math.Min(found, (uint)classes - 1)]++;
        }

        return new Evaluation(double.NaN, ClassificationMetrics.Of(confusion));
    }
}
