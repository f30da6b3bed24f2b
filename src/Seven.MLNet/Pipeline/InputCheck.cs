using Microsoft.ML;
using Seven.MLNet.MLNetInternals;

namespace Seven.MLNet.Pipeline;

/// <summary>Checks schemas with the words that ML.NET has for it.</summary>
internal static class InputCheck
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static void Check(DataViewSchema schema, IReadOnlyList<InputColumn> columns) => Check(SchemaShapes.Of(schema), columns);

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static void Check(SchemaShape schema, IReadOnlyList<InputColumn> columns)
    {
        foreach (var column in columns)
        {
            var named = schema.Where(candidate => candidate.Name == column.Name).ToList();
            if (named.Count == 0)
                throw new ArgumentOutOfRangeException(nameof(schema), $"Could not find {column.Role} column '{column.Name}'");
            var found = named[0];
            if (!column.Fits(found))
                throw new ArgumentOutOfRangeException(
                    nameof(schema), $"Schema mismatch for {column.Role} column '{column.Name}': expected {column.Expected}, got {Describe(found)}");
        }
    }

    private static string Describe(SchemaShape.Column column)
    {
        string item = column.IsKey ? $"Key<{column.ItemType}>" : $"{column.ItemType}";
        return column.Kind == SchemaShape.Column.VectorKind.Scalar ? item : $"{column.Kind} of {item}";
    }
}
