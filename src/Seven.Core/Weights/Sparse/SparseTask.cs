using Seven.Numerics;

namespace Seven.Weights.Sparse;

/// <summary>One multiplication, Y = W · X + b.</summary>
internal readonly record struct SparseTask(SparseRows W, Matrix X, ReadOnlyMemory<float> Bias, Matrix Y);
