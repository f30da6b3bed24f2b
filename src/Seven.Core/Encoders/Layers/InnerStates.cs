namespace Seven.Encoders.Layers;

/// <summary>What one pass noted inside of a network: hidden states after each layer, and what its tokens attended to.</summary>
/// <param name="hidden">Takes the hidden states; <see langword="null"/> if nobody asks for them.</param>
/// <param name="attention">Takes the probabilities of attention; <see langword="null"/> if nobody asks for them.</param>
internal sealed class InnerStates(HiddenStates? hidden, AttentionMaps? attention)
{
    public HiddenStates? Hidden => hidden;

    public AttentionMaps? Attention => attention;

    /// <summary>From now on the backward pass pulls these states towards others.</summary>
    /// <param name="target">The others, of the same shape, and the factors of their losses.</param>
    /// <param name="layout">The sequences.</param>
    /// <param name="scale">The factor of the gradient.</param>
    /// <returns>The summed loss of the batch.</returns>
    public double PullTowards(InnerTarget target, SequenceLayout layout, float scale)
    {
        double loss = 0;
        if (target.States.Hidden is { } states)
            loss += hidden!.PullTowards(states, layout, target.HiddenWeight * layout.Count, scale);
        if (target.States.Attention is { } maps)
            loss += attention!.PullTowards(maps, layout, target.AttentionWeight * layout.Count, scale);
        return loss;
    }
}

/// <summary>Inner states that those of a model are to come near to.</summary>
/// <param name="States">The states, of the model's shape.</param>
/// <param name="HiddenWeight">The factor of the hidden states' mean squared difference.</param>
/// <param name="AttentionWeight">The factor of the attention's mean divergence.</param>
internal sealed record InnerTarget(InnerStates States, double HiddenWeight, double AttentionWeight);
