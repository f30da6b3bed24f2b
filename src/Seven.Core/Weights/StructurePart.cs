namespace Seven.Weights;

/// <summary>A structure of a network that can be removed as a whole, so that its matrices become smaller.</summary>
internal enum StructureKind
{
    /// <summary>Heads of attention: rows of query, key and value, and columns of the output.</summary>
    AttentionHeads,

    /// <summary>Features between the two layers of a feed-forward block: rows of the first, columns of the second.</summary>
    IntermediateFeatures,
}

/// <summary>A matrix's part in such a structure: to each unit belong equally many of its rows, or of its columns.</summary>
/// <param name="Kind">What the units are.</param>
/// <param name="Name">The structure's name, which all its matrices share.</param>
/// <param name="Units">Number of units.</param>
/// <param name="IsOfColumns">Whether columns belong to them; otherwise rows.</param>
internal sealed record StructurePart(StructureKind Kind, string Name, int Units, bool IsOfColumns)
{
    /// <summary>The unit of a weight of a matrix.</summary>
    public int UnitOf(int row, int column, int rows, int columns) => IsOfColumns ? column / (columns / Units) : row / (rows / Units);
}
