namespace Seven.Training;

/// <summary>The progress of one of several runs as a part of the whole.</summary>
internal sealed class ProgressPart : IProgress<TrainingProgress>
{
    private readonly IProgress<TrainingProgress> _whole;
    private readonly double _start;
    private readonly double _end;

    private ProgressPart(IProgress<TrainingProgress> whole, double start, double end) => (_whole, _start, _end) = (whole, start, end);

    /// <param name="whole">Receives the progress of all; <see langword="null"/> if none does.</param>
    /// <param name="start">The share of the whole that is done when the run begins.</param>
    /// <param name="end">The share that is done when it ends.</param>
    public static IProgress<TrainingProgress>? Of(IProgress<TrainingProgress>? whole, double start, double end) => whole is null ? null : new ProgressPart(whole, start, end);

    public void Report(TrainingProgress value)
    {
        double all = value.Updates / (_end - _start);
        _whole.Report(value with { Update = (int)Math.Round(_start * all) + value.Update, Updates = (int)Math.Round(all) });
    }
}
