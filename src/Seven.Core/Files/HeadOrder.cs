using Seven.Encoders;

namespace Seven.Files;

/// <summary>What a classifier's last layer in a folder is worth for other labels: all if they are the same in whatever order, else nothing.</summary>
internal static class HeadOrder
{
    /// <summary>The parameters to read from the folder.</summary>
    /// <param name="parameters">Those of the model.</param>
    /// <param name="found">The folder's labels.</param>
    /// <param name="wanted">The model's labels.</param>
    public static IReadOnlyList<Parameter> Serving(IReadOnlyList<Parameter> parameters, IReadOnlyList<string> found, IReadOnlyList<string> wanted) =>
        AreTheSame(found, wanted) ? parameters : [.. parameters.Where(parameter => !IsLast(parameter))];

    /// <summary>Moves the rows of the last layer, read in the folder's order, to where their labels are.</summary>
    /// <inheritdoc cref="Serving" path="/param"/>
    public static void Arrange(IReadOnlyList<Parameter> parameters, IReadOnlyList<string> found, IReadOnlyList<string> wanted)
    {
        if (!AreTheSame(found, wanted))
            return;
        var rows = wanted.Select(label => found.ToList().IndexOf(label)).ToArray();
        foreach (var parameter in parameters.Where(IsLast))
        {
            int length = parameter.Count / rows.Length;
            float[] values = parameter.Values.ToArray();
            for (int row = 0; row < rows.Length; row++)
                values.AsSpan(rows[row] * length, length).CopyTo(parameter.Values.Slice(row * length, length));
        }
    }

    private static bool AreTheSame(IReadOnlyList<string> found, IReadOnlyList<string> wanted) =>
        found.Order(StringComparer.Ordinal).SequenceEqual(wanted.Order(StringComparer.Ordinal));

    private static bool IsLast(Parameter parameter) => parameter.Name.StartsWith("classifier.", StringComparison.Ordinal);
}
