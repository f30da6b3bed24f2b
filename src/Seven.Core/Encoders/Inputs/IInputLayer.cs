using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Encoders.Inputs;

/// <summary>Turns examples into vectors, one for each token.</summary>
internal interface IInputLayer<in TInput>
{
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Tokens that an example takes up.</summary>
    int Length(TInput input);

    /// <summary>Whether the example is longer than the network can read, so that its end is cut off.</summary>
    bool IsCut(TInput input);

    SequenceLayout Layout(IReadOnlyList<TInput> inputs);

    /// <summary>The vectors, [hidden × tokens]; the gradient's function returns nothing of use, for nothing lies before.</summary>
    (Matrix Output, Backward Backward) Forward(IReadOnlyList<TInput> inputs, SequenceLayout layout, Pass pass);
}
