using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Encoders.Heads;

/// <summary>The task's own layers on top of an encoder.</summary>
internal interface IHead
{
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>From hidden states [hidden × tokens] to outputs: [outputs × sequences], or [outputs × tokens] for heads that look at every token.</summary>
    (Matrix Output, Backward Backward) Forward(Matrix hidden, SequenceLayout layout, Pass pass);

    /// <summary>The same without a backward pass.</summary>
    Matrix Score(Matrix hidden, SequenceLayout layout, Pass pass);
}
