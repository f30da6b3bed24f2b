using Seven.Inference;
using Seven.Pruning.Patterns;
using Seven.Reports;

namespace Seven.Goals;

/// <summary>The trials of a search. Each one is trained and measured once.</summary>
internal interface ITrials
{
    /// <summary>The dense model, scoring with these numbers.</summary>
    SearchTrial Dense(Precision precision);

    /// <summary>Bytes on disk and milliseconds for an input, of a model with so many zeros, whatever it was trained to.</summary>
    SearchTrial Untrained(MaskPattern pattern, double sparsity, Precision precision);

    /// <summary>A model that was pruned, scoring with these numbers.</summary>
    /// <param name="pattern">Which weights go together.</param>
    /// <param name="sparsity">Share of zeros.</param>
    /// <param name="precision">The numbers.</param>
    /// <param name="isFull">Whether it is trained for all epochs, or for a part of them.</param>
    SearchTrial Pruned(MaskPattern pattern, double sparsity, Precision precision, bool isFull);
}
