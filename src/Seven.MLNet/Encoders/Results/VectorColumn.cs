using Microsoft.ML;
using Microsoft.ML.Data;

namespace Seven.MLNet.Encoders.Results;

/// <summary>A row's vector.</summary>
/// <param name="name">The column.</param>
/// <param name="size">Values of a vector; 0 while the network is not known.</param>
internal sealed class VectorColumn(string name, int size) : ResultColumns<float[]>
{
    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } = [new(name, new VectorDataViewType(NumberDataViewType.Single, size))];

    public override Delegate Getter(int index, Func<float[]?> result) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> vector) =>
    {
        float[] values = result() ?? Missing();
        var editor = VBufferEditor.Create(ref vector, values.Length);
        values.CopyTo(editor.Values);
        vector = editor.Commit();
    });

    private float[] Missing()
    {
        var values = new float[size];
        Array.Fill(values, float.NaN);
        return values;
    }
}
