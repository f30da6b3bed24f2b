using Seven.Training;

namespace Seven.MLNet.Encoders.Training;

/// <summary>The progress of one of two runs, of about the same length, as half of one.</summary>
internal sealed class PartialProgress : IProgress<TrainingProgress>
{
    private const int Parts = 2;

    private readonly IProgress<TrainingProgress> _whole;
    private readonly int _part;

    private PartialProgress(IProgress<TrainingProgress> whole, int part) => (_whole, _part) = (whole, part);

    /// <param name="whole">Receives the progress of both; <see langword="null"/> if none does.</param>
    /// <param name="part">The run, 0 or 1.</param>
    public static IProgress<TrainingProgress>? Of(IProgress<TrainingProgress>? whole, int part) => whole is null ? null : new PartialProgress(whole, part);

    public void Report(TrainingProgress value) => _whole.Report(value with { Update = _part * value.Updates + value.Update, Updates = Parts * value.Updates });
}
