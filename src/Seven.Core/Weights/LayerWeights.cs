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

    /// <summary>Share of pruned weights in W.</summary>
    public double Sparsity() => 1 - WeightParts.Sum(part => part.Mask?.Kept ?? part.Count) / ((double)Outputs * Inputs);

    /// <summary>The kept weights alone.</summary>
    public SparseForm ToSparse() => SparseForm.Of(Weight, Masks);
}
