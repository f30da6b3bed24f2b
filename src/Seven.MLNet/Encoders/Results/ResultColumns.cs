using Microsoft.ML;
using Microsoft.ML.Data;

namespace Seven.MLNet.Encoders.Results;

/// <summary>The columns made of an encoder's result for a row.</summary>
/// <typeparam name="TResult">The result; <see langword="null"/> for a row that was left out.</typeparam>
internal abstract class ResultColumns<TResult>
    where TResult : class
{
    /// <summary>The columns, in the order in which they are added.</summary>
    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; }

    /// <summary>Returns the getter of an output column for the current row.</summary>
    /// <param name="index">Which of the columns.</param>
    /// <param name="result">Returns the result of the current row.</param>
    public abstract Delegate Getter(int index, Func<TResult?> result);

    /// <summary>The annotations by which ML.NET recognizes columns of scores.</summary>
    /// <param name="task">The kind of evaluator, such as MulticlassClassification.</param>
    /// <param name="value">What the column holds, such as Score.</param>
    /// <param name="add">Adds more.</param>
    private protected static DataViewSchema.Annotations Annotate(string task, string value, Action<DataViewSchema.Annotations.Builder>? add = null)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add("ScoreColumnKind", TextDataViewType.Instance, (ref ReadOnlyMemory<char> text) => text = task.AsMemory());
        builder.Add("ScoreValueKind", TextDataViewType.Instance, (ref ReadOnlyMemory<char> text) => text = value.AsMemory());
        add?.Invoke(builder);
        return builder.ToAnnotations();
    }
}
