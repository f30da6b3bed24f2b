namespace Seven.MLNet;

/// <summary>Specifies the treatment of rows that cannot be used: an image that cannot be read, an answer that does not occur in its context.</summary>
public enum UnusableRows
{
    /// <summary>An error that names the row.</summary>
    Throw,

    /// <summary>In training they are left out, and counted in a warning; in scoring they get no label, NaN as scores and no answer.</summary>
    Skip,
}
