using Microsoft.ML;
using Microsoft.ML.Data;

namespace Seven.MLNet.Encoders.Results;

/// <summary>The most probable label as a key, and the probabilities of all labels, which are the slots' names.</summary>
internal sealed class ClassColumns(LabelValues labels, string predictedLabel, string score) : ResultColumns<float[]>
{
    private const string Task = "MulticlassClassification";

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } =
    [
        new(predictedLabel, new KeyDataViewType(typeof(uint), labels.Count), Annotate(Task, "PredictedLabel", builder => labels.AddTo(builder, "KeyValues"))),
        new(score, new VectorDataViewType(NumberDataViewType.Single, labels.Count), Annotate(Task, "Score", builder =>
        {
            builder.Add(
                "SlotNames", new VectorDataViewType(TextDataViewType.Instance, labels.Count),
                (ref VBuffer<ReadOnlyMemory<char>> names) => names = new VBuffer<ReadOnlyMemory<char>>(labels.Count, [.. labels.Names.Select(name => name.AsMemory())]));
            labels.AddTo(builder, "TrainingLabelValues");
        })),
    ];

    public override Delegate Getter(int index, Func<float[]?> result) => index == 0
        ? (ValueGetter<uint>)((ref uint label) => label = result() is { } probabilities ? BestOf(probabilities) : 0)
        : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> scores) =>
        {
            var editor = VBufferEditor.Create(ref scores, labels.Count);
            if (result() is { } probabilities)
                probabilities.CopyTo(editor.Values);
            else
                editor.Values.Fill(float.NaN);
            scores = editor.Commit();
        });

    private static uint BestOf(float[] probabilities)
    {
        int best = 0;
        for (int i = 1; i < probabilities.Length; i++)
            if (probabilities[i] > probabilities[best])
                best = i;
        return (uint)best + 1;
    }
}
