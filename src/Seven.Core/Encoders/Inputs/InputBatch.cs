using Seven.Encoders.Layers;

namespace Seven.Encoders.Inputs;

/// <summary>Inputs that a network reads together, made ready for it: one batch after another in the same memory.</summary>
internal abstract class InputBatch<TInput>
{
    public SequenceLayout Layout { get; } = new();

    public virtual void Clear() => Layout.Clear();

    /// <exception cref="ArgumentException">The network cannot read it.</exception>
    public abstract void Add(TInput input);
}
