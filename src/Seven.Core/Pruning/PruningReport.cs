using System.Globalization;
using System.Text;

namespace Seven.Pruning;

/// <summary>What pruning left of one array of weights.</summary>
/// <param name="Name">The array's name.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Weights">Number of weights.</param>
/// <param name="Kept">Number of weights kept.</param>
public sealed record LayerSparsity(string Name, IReadOnlyList<int> Shape, long Weights, long Kept)
{
    /// <summary>Share of zeros.</summary>
    public double Sparsity => Weights == 0 ? 0 : 1 - Kept / (double)Weights;
}

/// <summary>What pruning left of a network, layer by layer and whole.</summary>
/// <param name="Criterion">What decided.</param>
/// <param name="TargetSparsity">The share of zeros asked for.</param>
/// <param name="Layers">The pruned arrays, in the network's order.</param>
/// <param name="ModelParameters">All parameters of the network, prunable or not.</param>
public sealed record PruningReport(string Criterion, double TargetSparsity, IReadOnlyList<LayerSparsity> Layers, long ModelParameters)
{
    /// <summary>N, the prunable weights.</summary>
    public long Weights => Layers.Sum(layer => layer.Weights);

    /// <summary>Prunable weights kept.</summary>
    public long Kept => Layers.Sum(layer => layer.Kept);

    /// <summary>Share of zeros among the prunable weights.</summary>
    public double Sparsity => Weights == 0 ? 0 : 1 - Kept / (double)Weights;

    /// <summary>Share of the network's parameters that could be pruned at all.</summary>
    public double PrunableShare => ModelParameters == 0 ? 0 : Weights / (double)ModelParameters;

    /// <summary>A table for people: one line a layer, then the whole.</summary>
    public override string ToString()
    {
        int width = Math.Max("prunable weights".Length, Layers.Max(layer => layer.Name.Length));
        var text = new StringBuilder();
        foreach (var layer in Layers)
            Line(layer.Name, layer.Weights, layer.Kept, layer.Sparsity);
        Line("prunable weights", Weights, Kept, Sparsity);
        return text.Append(CultureInfo.InvariantCulture,
            $"{Criterion}, target {TargetSparsity:P1}; {PrunableShare:P1} of the model's {ModelParameters:N0} parameters can be pruned").ToString();

        void Line(string name, long weights, long kept, double sparsity) => text.AppendLine(
            CultureInfo.InvariantCulture, $"{name.PadRight(width)} {weights,12:N0} weights {kept,12:N0} kept {sparsity,8:P2} zeros");
    }
}
