namespace Seven.Formats.Compact;

/// <summary>Specifies how the kept weights of a compact file are stored.</summary>
public enum ValuePrecision
{
    /// <summary>As they are: the model that is loaded is the one that was saved, bit for bit.</summary>
    Float32,

    /// <summary>Rounded to 16 bits: half the size, and a relative error of at most 2⁻¹¹.</summary>
    Float16,

    /// <summary>Matrices of the encoder's layers and vectors of words as whole multiples of a scale for each row, from -127 to 127; the others as they are. A file that is loaded to score
    /// is scored so.</summary>
    Int8,

    /// <summary>The same from -7 to 7, two values in a byte; scored as int8. Vectors of words keep 8 bits. For pruned models, whose weights have no crowd near zero that would be rounded away,
    /// and best with calibration inputs.</summary>
    Int4,
}
