using Seven.Encoders.Layers;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Inputs;

/// <summary>Turns inputs into vectors, one for each token.</summary>
internal interface IInputLayer<TInput>
{
    /// <exception cref="ArgumentException">The architecture reads inputs of another kind.</exception>
    static IInputLayer<TInput> Of(EncoderConfiguration configuration, WeightInitializer initializer)
    {
        object layer = configuration is TextConfiguration text ? new TextEmbeddings(text, initializer) : new PatchEmbedding((ImageConfiguration)configuration, initializer);
        return layer as IInputLayer<TInput>
            ?? throw new ArgumentException($"The architecture {configuration.Architecture} does not read {typeof(TInput).Name}; expected one that does.");
    }

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
