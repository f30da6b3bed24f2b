namespace Seven.Benchmarks.Scaling;

/// <summary>How fast a small BERT (4 × 256) encodes.</summary>
/// <param name="Batch">Sentences scored together.</param>
/// <param name="Length">Tokens of each.</param>
/// <param name="Percent">Share of zeros among the prunable weights.</param>
/// <param name="Threads">Threads.</param>
/// <param name="SentencesPerSecond">The median of several runs.</param>
internal sealed record ScalingPoint(int Batch, int Length, int Percent, int Threads, double SentencesPerSecond)
{
    public double TokensPerSecond => SentencesPerSecond * Length;
}
