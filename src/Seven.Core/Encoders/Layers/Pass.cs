using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>From the gradient of a layer's output: adds the gradients of its parameters, returns the gradient of its input.</summary>
internal delegate Matrix Backward(Matrix outputGradient);

/// <summary>One run of a network over one batch: its memory, its threads, and its dropout choices.</summary>
internal sealed class Pass
{
    private readonly ulong _dropoutSeed;
    private uint _dropoutLayers;

    private Pass(Arena arena, Workers workers, bool training, ulong dropoutSeed) =>
        (Arena, Workers, Training, _dropoutSeed) = (arena, workers, training, dropoutSeed);

    public Arena Arena { get; }

    public Workers Workers { get; }

    /// <summary>Whether dropout drops.</summary>
    private bool Training { get; }

    /// <summary>Takes what happens inside; <see langword="null"/> if nobody asks.</summary>
    public InnerStates? Inner { get; private init; }

    /// <summary>Forms for this pass in the place of those that the layers hold; <see langword="null"/> if there are none.</summary>
    private TemporaryForms? Forms { get; init; }

    public static Pass ForTraining(Arena arena, Workers workers, ulong dropoutSeed, InnerStates? inner = null) => new(arena, workers, training: true, dropoutSeed) { Inner = inner };

    public static Pass ForScoring(Arena arena, Workers workers, TemporaryForms? forms = null, InnerStates? inner = null) =>
        new(arena, workers, training: false, dropoutSeed: 0) { Forms = forms, Inner = inner };

    /// <summary>Activations whose writer may note the ranges of their tokens.</summary>
    public Activations TakeWithRanges(int rows, int tokens) => WithRanges(Arena.Take(rows, tokens));

    /// <summary>Activations of which nothing is known yet, with a place for the ranges of their tokens.</summary>
    public Activations WithRanges(Matrix values) => new(values, new TokenRanges(Arena, values.Columns, Workers.Threads));

    /// <summary>The form of a layer's weights.</summary>
    public WeightForm FormOf(LayerWeights layer) => Forms?.Of(layer) ?? layer.Form;

    /// <summary>The next dropout layer's choices.</summary>
    public Dropout NextDropout(double rate) =>
        Training && rate > 0 ? new Dropout((float)rate, Mix(_dropoutSeed + ++_dropoutLayers * 0x9E3779B97F4A7C15ul)) : Dropout.None;

    /// <summary>SplitMix64's finalizer, folded to 32 bits.</summary>
    public static uint Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ul;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBul;
        value ^= value >> 31;
        return (uint)(value ^ (value >> 32));
    }
}
