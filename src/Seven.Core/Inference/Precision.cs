namespace Seven.Inference;

/// <summary>The numbers with which a model multiplies.</summary>
public enum Precision
{
    /// <summary>The precision in which the folder was saved: int8 where its matrices have values of 8 or 4 bits, else float32. A folder that was saved without loss scores
    /// as the model did that was trained, and one that was saved for speed is fast.</summary>
    Automatic,

    /// <summary>Floats of 32 bits.</summary>
    Float32,

    /// <summary>Weights of the encoder's linear layers as signed bytes with one scale for each output, their inputs as bytes with one scale for each token. All else is
    /// float32. No calibration data is needed. The fastest, and the smallest in memory.</summary>
    Int8,
}
