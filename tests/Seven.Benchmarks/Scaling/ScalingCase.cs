using Seven.Encoders;
using Seven.Inference;

namespace Seven.Benchmarks.Scaling;

/// <summary>One cell of the table, with the times of its runs so far.</summary>
internal sealed class ScalingCase(SparseModel model, int percent, int threads, int batch, int length)
{
    private readonly TokenizedText[] _texts = BenchmarkModel.Texts(batch, length);
    private readonly List<double> _secondsOfRounds = [];

    public int Threads => threads;

    /// <summary>A round of a few runs, after one to warm the caches: its median counts.</summary>
    public void Run() =>
        _secondsOfRounds.Add(Measurement.MedianSeconds(Math.Clamp(1024 / (batch * length), 1, 15), () => model.Classify(_texts)));

    public ScalingPoint Result() => new(batch, length, percent, threads, batch / Median(_secondsOfRounds));

    /// <summary>How many times as fast this was as another case, round by round.</summary>
    public double SpeedUpOver(ScalingCase other) => Median(other._secondsOfRounds.Zip(_secondsOfRounds, (theirs, ours) => theirs / ours));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
