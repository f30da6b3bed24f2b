using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet.Encoders.Results;

namespace Seven.MLNet.Encoders.Tagging;

/// <summary>The label of each word as a vector of keys, the spans that the labels mark, and the kinds of the spans.</summary>
internal sealed class SpanColumns(LabelValues labels, string predictedLabel, string entity, string entityLabel) : ResultColumns<FoundSpans>
{
    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } =
    [
        new(predictedLabel, new VectorDataViewType(new KeyDataViewType(typeof(uint), labels.Count)),
            Annotate("MulticlassClassification", "PredictedLabel", builder => labels.AddTo(builder, "KeyValues"))),
        new(entity, new VectorDataViewType(TextDataViewType.Instance)),
        new(entityLabel, new VectorDataViewType(TextDataViewType.Instance)),
    ];

    public override Delegate Getter(int index, Func<FoundSpans?> result) => index switch
    {
        0 => (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> keys) => Fill(ref keys, result()?.Labels, label => (uint)(label + 1))),
        1 => (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> texts) => Fill(ref texts, result()?.Spans, span => span.Text.AsMemory())),
        _ => (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> kinds) => Fill(ref kinds, result()?.Spans, span => span.Kind.AsMemory())),
    };

    private static void Fill<TItem, TValue>(ref VBuffer<TValue> values, IReadOnlyList<TItem>? items, Func<TItem, TValue> valueOf)
    {
        var editor = VBufferEditor.Create(ref values, items?.Count ?? 0);
        for (int i = 0; i < editor.Values.Length; i++)
            editor.Values[i] = valueOf(items![i]);
        values = editor.Commit();
    }
}
