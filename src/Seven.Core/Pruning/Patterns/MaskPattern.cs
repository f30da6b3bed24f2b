using Seven.Weights;

namespace Seven.Pruning.Patterns;

/// <summary>Which weights of a matrix are kept or removed together, as units: single weights, blocks, a fixed number of neighbors, or parts of several matrices that the network can lose as a whole.</summary>
/// <remarks>A pattern holds only sizes; the engines sum the scores of a unit's weights, select units and expand the result, on the CPU and on other devices.
/// Convolutions count as matrices of [outputs × (inputs · height · width)].</remarks>
public abstract record MaskPattern
{
    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>The pattern of the paper: every weight by itself.</summary>
    public static MaskPattern Unstructured { get; } = new Unstructured();

    /// <summary>The number of neighboring units of a row that are kept, out of how many: at least as many while pruning, exactly as many at the end. Default <see langword="null"/>: any.</summary>
    public virtual (int Kept, int Of)? Group => null;

    /// <summary>The size of a unit. Default: a single weight.</summary>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    public virtual (int Rows, int Columns) UnitIn(int rows, int columns) => (1, 1);

    /// <summary>The kind of structure whose parts lie in several matrices; <see langword="null"/> if a unit lies in one matrix.</summary>
    internal virtual StructureKind? Structure => null;

    /// <summary>Whether every structure loses the same number of units.</summary>
    internal virtual bool IsUniform => false;

    /// <summary>Whether units are single weights without further conditions.</summary>
    internal bool IsTrivial => this is Unstructured;

    /// <summary>A weight's array as a matrix.</summary>
    internal static (int Rows, int Columns) MatrixOf(IReadOnlyList<int> shape) =>
        shape.Count < 2 ? (1, shape.Count == 0 ? 1 : shape[0]) : (shape[0], shape.Skip(1).Aggregate(1, (product, size) => checked(product * size)));

    /// <summary>Units of an array.</summary>
    internal int UnitsIn(IReadOnlyList<int> shape)
    {
        var (rows, columns) = MatrixOf(shape);
        var (unitRows, unitColumns) = UnitIn(rows, columns);
        return rows / unitRows * (columns / unitColumns);
    }

    /// <summary>Whether an array has units of the pattern.</summary>
    internal bool Fits(IPrunableWeight weight) => Structure is null || weight is Parameter { IsPrunable: true, Structure: { } part } && part.Kind == Structure;

    /// <exception cref="ArgumentException">The pattern does not divide the matrix, or ends at another sparsity.</exception>
    internal void Check(IPrunableWeight weight, double sparsity)
    {
        var (rows, columns) = MatrixOf(weight.Shape);
        var (unitRows, unitColumns) = UnitIn(rows, columns);
        if (rows % unitRows != 0 || columns % unitColumns != 0 || (Group is { } group && columns / unitColumns % group.Of != 0))
            throw new ArgumentException($"{weight.Name} is [{rows} × {columns}], which the pattern {Name} does not divide; expected a matrix that it divides, or {weight.Name} in Exclude.");
        if (Group is { } kept && Math.Abs(1 - kept.Kept / (double)kept.Of - sparsity) > 1e-6)
            throw new ArgumentException($"Sparsity is {sparsity} and the pattern {Name} ends at {1 - kept.Kept / (double)kept.Of:0.####}; expected that sparsity.");
    }

    /// <summary>Returns the number of units that are kept after a pruning step.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="step">t, from 0.</param>
    /// <param name="units">All units.</param>
    internal long Kept(PruningSchedule schedule, int step, long units)
    {
        long kept = schedule.Kept(step, units);
        if (Group is not { } group)
            return kept;
        long last = units / group.Of * group.Kept;
        return step == schedule.PruningSteps - 1 ? last : Math.Max(kept, last);
    }
}
