using Seven.Pruning;
using Seven.Weights;

namespace Seven.Training;

/// <summary>The parts of a checkpoint that hold the weights in training.</summary>
/// <param name="Parameters">The weights.</param>
/// <param name="Optimizer">Their optimizer.</param>
/// <param name="Pruner">Their pruner, if there is one.</param>
/// <param name="MomentsOf">The optimizer's moments of a parameter, with zeros for pruned weights.</param>
internal sealed record CheckpointParts(IReadOnlyList<Parameter> Parameters, AdamW Optimizer, Pruner? Pruner, Func<Parameter, (float[] First, float[] Second)> MomentsOf);
