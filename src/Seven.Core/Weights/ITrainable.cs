namespace Seven.Weights;

/// <summary>Values that an optimizer changes by their gradient.</summary>
internal interface ITrainable
{
    Span<float> Values { get; }

    /// <summary>In the order of <see cref="Values"/>.</summary>
    Span<float> Gradient { get; }

    /// <summary>Whether weight decay applies.</summary>
    bool Decays { get; }
}
