using Microsoft.ML;
using Microsoft.ML.Data;

namespace Seven.MLNet.Encoders.Results;

/// <summary>A row's score.</summary>
internal sealed class NumberColumn(string score) : ResultColumns<float[]>
{
    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } = [new(score, NumberDataViewType.Single, Annotate("Regression", "Score"))];

    public override Delegate Getter(int index, Func<float[]?> result) => (ValueGetter<float>)((ref float score) => score = result()?[0] ?? float.NaN);
}
