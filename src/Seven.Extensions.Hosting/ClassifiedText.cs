using System.Numerics.Tensors;

namespace Seven.Extensions.Hosting;

/// <summary>The class of a text.</summary>
public sealed class ClassifiedText
{
    internal ClassifiedText(IReadOnlyList<string> labels, float[] probabilities)
    {
        (Labels, Probabilities) = (labels, probabilities);
        int best = TensorPrimitives.IndexOfMax(probabilities);
        (Label, Probability) = (labels[best], probabilities[best]);
    }

    /// <summary>The most probable class.</summary>
    public string Label { get; }

    /// <summary>Its probability.</summary>
    public float Probability { get; }

    /// <summary>The probabilities of all classes, [labels].</summary>
    public IReadOnlyList<float> Probabilities { get; }

    /// <summary>Names of the classes, in the order of the probabilities: those of the model that has scored this text.</summary>
    public IReadOnlyList<string> Labels { get; }
}
