using Seven.Pruning;
using Seven.Reports;
using static TorchSharp.torch;

namespace Seven.TorchSharp;

/// <summary>The operations that differ between weights in the computer's memory and on another device.</summary>
internal interface IPruningEngine : IDisposable
{
    ScheduleProgress Progress { get; }

    /// <summary>The pruned arrays, in order.</summary>
    IReadOnlyList<TorchWeight> Weights { get; }

    void MaskGradients();

    bool Step();

    bool EndEpoch();

    bool Finish();

    /// <summary>Sets to zero what belongs to pruned weights in a tensor of the shape of <see cref="Weights"/>[<paramref name="index"/>].</summary>
    void Mask(int index, Tensor values);

    PruningReport Report();

    void Save(string path);

    void Restore(string path);
}
