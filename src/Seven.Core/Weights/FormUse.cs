namespace Seven.Weights;

/// <summary>What a layer's form is for, which decides what it costs.</summary>
internal enum FormUse
{
    /// <summary>Scoring with weights as floats.</summary>
    Scoring,

    /// <summary>Scoring with weights as signed bytes.</summary>
    Int8Scoring,

    /// <summary>Training: both gradients count, and what it takes to follow changing weights.</summary>
    Training,
}
