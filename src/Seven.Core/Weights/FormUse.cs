namespace Seven.Weights;

/// <summary>The use of a layer's form, which determines its cost.</summary>
internal enum FormUse
{
    /// <summary>Scoring with weights as floats.</summary>
    Scoring,

    /// <summary>Scoring with weights as signed bytes.</summary>
    Int8Scoring,

    /// <summary>Training: both gradients count, and what it takes to follow changing weights.</summary>
    Training,
}
