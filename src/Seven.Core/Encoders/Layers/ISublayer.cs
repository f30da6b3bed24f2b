using Seven.Numerics;

namespace Seven.Encoders.Layers;

/// <summary>What stands inside a residual connection: attention or feed-forward.</summary>
internal interface ISublayer
{
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>x and the output: [hidden × tokens].</summary>
    (Matrix Output, Backward Backward) Forward(Matrix x, SequenceLayout layout, Pass pass);
}
