namespace Seven.Formats.Compact;

/// <summary>How the kept weights of a compact file are stored.</summary>
public enum ValuePrecision
{
    /// <summary>As they are: the model that is loaded is the one that was saved, bit for bit.</summary>
    Float32,

    /// <summary>Rounded to 16 bits: half the size, and a relative error of at most 2⁻¹¹.</summary>
    Float16,
}
