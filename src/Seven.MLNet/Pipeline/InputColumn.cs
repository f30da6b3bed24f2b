using Microsoft.ML;
using Microsoft.ML.Data;

namespace Seven.MLNet.Pipeline;

/// <summary>A column that a step reads.</summary>
/// <param name="Role">What ML.NET's messages call it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Expected">The type it should have, in words.</param>
/// <param name="Fits">Whether a column is of that type.</param>
internal sealed record InputColumn(string Role, string Name, string Expected, Func<SchemaShape.Column, bool> Fits)
{
    public InputColumn(string role, string name, DataViewType type)
        : this(role, name, type.ToString()!, column => column is { IsKey: false, Kind: SchemaShape.Column.VectorKind.Scalar } && column.ItemType.RawType == type.RawType)
    {
    }

    public static InputColumn Text(string role, string name) => new(role, name, TextDataViewType.Instance);

    public static InputColumn Key(string role, string name) => new(
        role, name, "key, such as Conversion.MapValueToKey makes", column => column is { IsKey: true, Kind: SchemaShape.Column.VectorKind.Scalar });

    public static InputColumn Keys(string role, string name) => new(
        role, name, "vector of keys, such as Conversion.MapValueToKey makes of a vector", column => column.IsKey && column.Kind != SchemaShape.Column.VectorKind.Scalar);
}
