namespace Seven.Pruning.Patterns;

/// <summary>Blocks of neighboring weights, such as 4 × 1: faster than single weights on some hardware, at a loss of accuracy.</summary>
public sealed record Blocks : MaskPattern
{
    /// <summary>Blocks of a size.</summary>
    /// <param name="rows">Rows of a block, at least 1.</param>
    /// <param name="columns">Columns of a block, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Blocks(int rows, int columns)
    {
        Require.AtLeast(rows, 1, nameof(rows));
        Require.AtLeast(columns, 1, nameof(columns));
        (Rows, Columns) = (rows, columns);
    }

    /// <inheritdoc />
    public override string Name => $"blocks of {Rows} × {Columns}";

    /// <summary>Rows of a block.</summary>
    public int Rows { get; }

    /// <summary>Columns of a block.</summary>
    public int Columns { get; }

    /// <inheritdoc />
    public override (int Rows, int Columns) UnitIn(int rows, int columns) => (Rows, Columns);
}
