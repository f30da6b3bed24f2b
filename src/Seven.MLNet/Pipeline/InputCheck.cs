using Microsoft.ML;
using Seven.MLNet.Trainers;

namespace Seven.MLNet.Pipeline;

/// <summary>Checks schemas with the words that ML.NET has for it.</summary>
internal static class InputCheck
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static void Check(DataViewSchema schema, IReadOnlyList<InputColumn> columns)
    {
        foreach (var column in columns)
        {
            if (schema.GetColumnOrNull(column.Name) is not { } found)
                throw new ArgumentOutOfRangeException(nameof(schema), $"Could not find {column.Role} column '{column.Name}'");
            if (found.Type.RawType != column.Type.RawType)
                throw new ArgumentOutOfRangeException(
                    nameof(schema), $"Schema mismatch for {column.Role} column '{column.Name}': expected {column.Type}, got {found.Type}");
        }
    }
}
