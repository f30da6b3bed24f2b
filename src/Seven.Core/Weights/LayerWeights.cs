using System.Numerics;
using Seven.Weights.Int8;
using Seven.Weights.Sparse;

namespace Seven.Weights;

/// <summary>The weights W of a linear layer, [outputs × inputs]: rows under names of their own, one below the other, and the form in which they are multiplied.</summary>
internal sealed class LayerWeights
{
    public LayerWeights(int outputs, int inputs)
    {
        Weight = new TrainableMatrix(outputs, inputs);
        Form = Dense = new DenseForm(Weight);
    }

    /// <summary>W and its gradient.</summary>
    public TrainableMatrix Weight { get; }

    /// <summary>W with all its zeros, whatever the form.</summary>
    public DenseForm Dense { get; }

    /// <summary>The form in which W is multiplied. At first dense.</summary>
    public WeightForm Form { get; set; }

    /// <summary>The parameters that W consists of, from its first row on.</summary>
    public List<Parameter> WeightParts { get; } = [];

    public int Outputs => Weight.Rows;

    public int Inputs => Weight.Columns;

    /// <summary>The weights that are kept, part by part.</summary>
    public IReadOnlyList<PruningMask> Masks => [.. WeightParts.Select(part => part.Mask ?? new PruningMask(part.Count))];

    /// <summary>The name of its first part.</summary>
    public string Name => WeightParts.Count == 0 ? "the layer" : WeightParts[0].Name;

    /// <summary>The columns of a row's kept weights, in order.</summary>
    /// <returns>Their number.</returns>
    public int KeptColumns(int row, Span<int> columns)
    {
        int part = 0;
        while (row >= WeightParts[part].Count / Inputs)
            row -= WeightParts[part++].Count / Inputs;
        if (WeightParts[part].Mask is not { } mask)
        {
            for (int column = 0; column < Inputs; column++)
                columns[column] = column;
            return Inputs;
        }

        int kept = 0;
        for (int first = 0; first < Inputs; first += PruningMask.BitsPerWord)
            for (ulong bits = mask.BitsAt(row * Inputs + first, Math.Min(PruningMask.BitsPerWord, Inputs - first)); bits != 0; bits &= bits - 1)
                columns[kept++] = first + BitOperations.TrailingZeroCount(bits);
        return kept;
    }

    /// <summary>Four or two if as many rows, one below the other, always keep the same columns; else one.</summary>
    private int RowsWithSameColumns()
    {
        int rows = 4;
        int[] columns = new int[Inputs], others = new int[Inputs];
        for (int row = 0; row < Outputs; row++)
        {
            int first = KeptColumns(row / rows * rows, columns);
            while (rows > 1 && (Outputs % rows != 0 || !columns.AsSpan(0, first).SequenceEqual(others.AsSpan(0, KeptColumns(row, others)))))
            {
                rows /= 2;
                first = KeptColumns(row / rows * rows, columns);
            }

            if (rows == 1)
                return 1;
        }

        return rows;
    }

    /// <summary>Share of pruned weights in W.</summary>
    public double Sparsity() => 1 - WeightParts.Sum(part => part.Mask?.Kept ?? part.Count) / ((double)Outputs * Inputs);

    /// <summary>The kept weights alone.</summary>
    public SparseForm ToSparse() => SparseForm.Of(Weight, Masks);

    /// <summary>The kept weights alone as signed bytes.</summary>
    public Int8Form ToSparseInt8() => RowsWithSameColumns() is > 1 and var rows ? new BlockInt8Form(this, rows) : new SparseInt8Form(this);

    /// <summary>All weights as signed bytes, zeros included.</summary>
    public DenseInt8Form ToDenseInt8() => DenseInt8Form.Of(this);
}
