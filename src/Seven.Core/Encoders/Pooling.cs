namespace Seven.Encoders;

/// <summary>Specifies how the hidden states of a text's tokens are combined into one vector.</summary>
public enum Pooling
{
    /// <summary>The first token's, by custom that of <c>[CLS]</c>.</summary>
    FirstToken,

    /// <summary>The mean over all tokens that may be attended to.</summary>
    Mean,
}
