using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ModelReader;

/// <summary>A model's scores as text that preserves every bit.</summary>
public static class ScoreLines
{
    private static readonly string[] s_columns = ["PredictedLabel", "Score", "Answer", "PredictedBoundingBoxes"];

    /// <summary>A line for each row and scored column.</summary>
    /// <param name="scored">The rows with their scores.</param>
    public static IEnumerable<string> Of(IDataView scored)
    {
        var columns = s_columns.Select(name => scored.Schema.GetColumnOrNull(name)).OfType<DataViewSchema.Column>().ToList();
        using var cursor = scored.GetRowCursor(columns);
        var getters = columns.Select(column => (column.Name, Read: GetterOf(cursor, column))).ToList();
        while (cursor.MoveNext())
            foreach (var (name, read) in getters)
                yield return string.Create(CultureInfo.InvariantCulture, $"{cursor.Position} {name} {read()}");
    }

    private static Func<string> GetterOf(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var item = (column.Type as VectorDataViewType)?.ItemType.RawType ?? column.Type.RawType;
        bool isVector = column.Type is VectorDataViewType;
        if (item == typeof(float))
            return Read<float>(cursor, column, isVector);
        if (item == typeof(uint))
            return Read<uint>(cursor, column, isVector);
        return Read<ReadOnlyMemory<char>>(cursor, column, isVector);
    }

    private static Func<string> Read<T>(DataViewRowCursor cursor, DataViewSchema.Column column, bool isVector)
    {
        if (isVector)
        {
            var vectors = cursor.GetGetter<VBuffer<T>>(column);
            var vector = default(VBuffer<T>);
            return () =>
            {
                vectors(ref vector);
                return string.Join(' ', vector.DenseValues().Select(Text));
            };
        }

        var scalars = cursor.GetGetter<T>(column);
        var scalar = default(T)!;
        return () =>
        {
            scalars(ref scalar);
            return Text(scalar);
        };
    }

    private static string Text<T>(T value) =>
        value is float number ? BitConverter.SingleToInt32Bits(number).ToString("x8", CultureInfo.InvariantCulture) : $"{value}";
}
