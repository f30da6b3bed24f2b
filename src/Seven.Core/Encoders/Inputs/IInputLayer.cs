using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Encoders.Inputs;

/// <summary>Turns inputs into vectors, one for each token.</summary>
internal interface IInputLayer<TInput>
{
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Tokens that an input takes up.</summary>
    int Length(TInput input);

    /// <summary>Whether the input is longer than the network can read, so that its end is cut off.</summary>
    bool IsCut(TInput input);

    InputBatch<TInput> NewBatch();

    /// <summary>The vectors, [hidden × tokens]; the gradient's function returns nothing of use, for nothing lies before.</summary>
    (Matrix Output, Backward Backward) Forward(InputBatch<TInput> batch, Pass pass);

    /// <summary>The vectors, [hidden × tokens].</summary>
    Matrix Score(InputBatch<TInput> batch, Pass pass);
}
