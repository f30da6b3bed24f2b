using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet.Encoders.Results;

namespace Seven.MLNet.Encoders.Questions;

/// <summary>The best answers and their probabilities; where there are fewer, empty texts and zeros.</summary>
internal sealed class AnswerColumns(string answer, string score, int count) : ResultColumns<FoundAnswer[]>
{
    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } =
    [
        new(answer, new VectorDataViewType(TextDataViewType.Instance, count)),
        new(score, new VectorDataViewType(NumberDataViewType.Single, count), Annotate("QuestionAnswer", "Score")),
    ];

    public override Delegate Getter(int index, Func<FoundAnswer[]?> result) => index == 0
        ? (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> texts) => Fill(ref texts, result(), found => found.Text.AsMemory()))
        : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> scores) => Fill(ref scores, result(), found => found.Probability));

    private void Fill<T>(ref VBuffer<T> values, FoundAnswer[]? answers, Func<FoundAnswer, T> valueOf)
    {
        var editor = VBufferEditor.Create(ref values, count);
        for (int i = 0; i < count; i++)
            editor.Values[i] = answers is not null && i < answers.Length ? valueOf(answers[i]) : default!;
        values = editor.Commit();
    }
}
