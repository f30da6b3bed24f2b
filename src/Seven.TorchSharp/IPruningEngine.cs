using Seven.Pruning;
using Seven.Reports;

namespace Seven.TorchSharp;

/// <summary>The operations that differ between weights in the computer's memory and on another device.</summary>
internal interface IPruningEngine : IDisposable
{
    ScheduleProgress Progress { get; }

    /// <summary>The pruned arrays, in order.</summary>
    IReadOnlyList<TorchWeight> Weights { get; }

    /// <summary>The same weights, as an optimizer steps them.</summary>
    IReadOnlyList<IPrunedPart> Parts { get; }

    /// <summary>The share of them that is pruned.</summary>
    double Sparsity { get; }

    void MaskGradients();

    bool Step();

    bool EndEpoch();

    bool Finish();

    PruningReport Report();

    void Save(string path);

    void Restore(string path);
}
