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

    /// <summary>Share of zeros in W.</summary>
    public double Sparsity() => Weight.Values.Values.Count(0f) / ((double)Outputs * Inputs);
}
