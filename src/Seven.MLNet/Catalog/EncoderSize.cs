namespace Seven.MLNet;

/// <summary>The size of an encoder that is trained from scratch, after Google's small BERTs (Turc et al., 2019).</summary>
public enum EncoderSize
{
    /// <summary>2 layers of 128 features, 2 heads.</summary>
    Tiny,

    /// <summary>4 layers of 256 features, 4 heads.</summary>
    Mini,

    /// <summary>4 layers of 512 features, 8 heads.</summary>
    Small,
}
