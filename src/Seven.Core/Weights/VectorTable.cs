using System.Numerics.Tensors;
using Seven.Weights.Int8;

namespace Seven.Weights;

/// <summary>A table of vectors, [entries × features]: floats, or signed bytes with a scale for each vector where it scores alone.</summary>
internal sealed class VectorTable(int entries, int features)
{
    private RoundedVectors? _rounded;

    /// <summary>Whether bytes of a file are kept as they are: floats would need four times the memory.</summary>
    public bool KeepsBytes { get; set; }

    /// <summary>Whether signed bytes are looked up.</summary>
    public bool IsRounded => _rounded is not null;

    /// <summary>The floats, which are trained.</summary>
    public TrainableMatrix Weight { get; } = new(entries, features);

    /// <summary>x += the vector of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="x">[features].</param>
    public void AddTo(int entry, Span<float> x)
    {
        if (_rounded is { } rounded)
            rounded.AddTo(entry, x);
        else
            TensorPrimitives.Add(x, Weight.Values.Row(entry), x);
    }

    /// <summary>Looks up signed bytes from now on: a quarter of the memory.</summary>
    /// <returns>The vectors, from which the floats can be written again.</returns>
    public RoundedVectors Round() => _rounded ??= RoundedVectors.Of(Weight.Values);

    /// <summary>Looks up the bytes of a file from now on.</summary>
    public void Keep(RoundedVectors rounded) => _rounded = rounded;
}
