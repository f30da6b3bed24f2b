namespace Seven.Export;

/// <summary>Settings of the export to ONNX.</summary>
internal sealed record OnnxSettings
{
    /// <summary>Whether the encoder's matrices and its vectors of words are rounded to signed bytes.</summary>
    public bool IsInt8 { get; init; }

    /// <summary>Whether each output of a rounded layer has a scale of its own, or the whole matrix one. Default true; false is the default of ONNX Runtime's own tool.</summary>
    public bool HasScalePerOutput { get; init; } = true;

    /// <summary>Whether layers are written as ONNX Runtime's own fused operators, which other runtimes lack.</summary>
    public bool UsesContribOperators { get; init; }
}
