using System.Diagnostics;
using Seven.Encoders;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Benchmarks.Scaling;

/// <summary>One cell of the table, with the times of its runs so far.</summary>
internal sealed class ScalingCase(BertClassifier model, int percent, int threads, int batch, int length)
{
    private readonly InputBatch<TokenizedText> _inputs = BenchmarkModel.Texts(model, batch, length);
    private readonly Pass _pass = Pass.ForScoring(new Arena(), Workers.Of(threads), SparseWeights.OfZeros(batch * length));
    private readonly List<double> _seconds = [];

    /// <summary>A few runs, after one to warm the caches.</summary>
    public void Run()
    {
        int runs = Math.Clamp(1024 / (batch * length), 1, 20);
        for (int i = 0; i <= runs; i++)
        {
            _pass.Arena.Reset();
            long start = Stopwatch.GetTimestamp();
            model.Score(_inputs, _pass);
            if (i > 0)
                _seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    public ScalingPoint Result()
    {
        _seconds.Sort();
        return new ScalingPoint(batch, length, percent, threads, batch / _seconds[_seconds.Count / 2]);
    }
}
