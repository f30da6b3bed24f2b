namespace Seven.Training.Augmentation;

/// <summary>An example as it is learnt from this time.</summary>
/// <param name="example">The example as it is.</param>
/// <param name="seed">Differs from one time to the next; equal seeds give equal results.</param>
internal delegate TExample Augment<TExample>(TExample example, ulong seed);
