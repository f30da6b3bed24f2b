using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>The function inside a residual connection: attention or feed-forward.</summary>
internal interface ISublayer
{
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>x and the output: [hidden × tokens].</summary>
    (Matrix Output, Backward Backward) Forward(Matrix x, SequenceLayout layout, Pass pass);

    /// <summary>The same into y, with nothing kept for a backward pass.</summary>
    void Score(Activations x, Matrix y, SequenceLayout layout, Pass pass);

    /// <summary>The same for the first token of each sequence alone, y: [hidden × sequences].</summary>
    void ScoreFirstTokens(Activations x, Matrix y, SequenceLayout layout, Pass pass);
}
