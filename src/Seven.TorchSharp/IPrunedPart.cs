using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Seven.TorchSharp;

/// <summary>Pruned weights that an optimizer steps together: a parameter, or a part of one that is a vector.</summary>
internal interface IPrunedPart
{
    /// <summary>What the optimizer steps.</summary>
    Parameter Owner { get; }

    /// <summary>The first value of the part in its owner.</summary>
    long Start { get; }

    /// <summary>The number of its values.</summary>
    long Count { get; }

    /// <summary>Sets to zero what belongs to pruned weights in a tensor of the part's shape.</summary>
    void Mask(Tensor values);
}
