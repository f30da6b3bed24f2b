using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Seven.Benchmarks.Kernels;
using Seven.Encoders;
using Seven.Inference;

namespace Seven.Benchmarks.Rivals;

/// <summary>Whole models beside ONNX Runtime on the same weights, in one process, turn by turn.</summary>
internal sealed class RivalRun(int threads, string only, TextWriter log)
{
    private const int Rounds = 5;
    private const double SecondsPerCase = 2;
    private const int MillisecondsOfSpinning = 50;
    private const int Vocabulary = BenchmarkModel.Vocabulary;

    private static readonly RivalModel[] s_models = [new("bert-base", 12, 768, 12), new("minilm", 6, 384, 12)];
    private static readonly RivalBatch[] s_batches = [new(1, 16), new(1, 32), new(1, 128), new(1, 384), new(32, 32)];

    private static readonly RivalForm[] s_forms =
    [
        .. from percent in new[] { 0, 60, 80, 90, 95 }
           from precision in new[] { Precision.Float32, Precision.Int8 }
           from block in percent is 80 or 90 or 95 ? new[] { 1, 4 } : [1]
           select new RivalForm(percent, precision, block),
    ];

    private readonly MachinePeak _peak = new();
    private readonly BytePeak _bytePeak = new();

    public IEnumerable<RivalResult> Measure()
    {
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Peak of one thread: {_peak.InRegisters / 1e9:F0} float32 and {_bytePeak.InRegisters / 1e9:F0} int8 multiply-adds a nanosecond × 1e9; {Environment.ProcessorCount} processors; {threads} thread(s)."));
        foreach (var kind in s_models)
        {
            var wanted = s_forms.Where(form => s_batches.Any(batch => IsWanted(kind, batch, form))).ToList();
            if (wanted.Count == 0)
                continue;
            var model = BenchmarkModel.Bert(kind.Layers, kind.Hidden, s_batches.Max(batch => batch.Tokens), labels: 2, kind.Heads);
            using var float32 = OnnxBert.Of(model, int8: false, threads);
            using var int8 = OnnxBert.Of(model, int8: true, threads);
            Compare(model, float32, int8);
            foreach (var form in wanted)
            {
                BenchmarkModel.Prune(model, form.Percent, form.Block);
                using var ours = BenchmarkModel.ForScoring(model, new SparseModelOptions { Threads = threads, Precision = form.Precision });
                foreach (var batch in s_batches.Where(batch => IsWanted(kind, batch, form)))
                    yield return Measure(kind, batch, form, ours, float32, int8);
            }
        }
    }

    /// <summary>One JSON object, with the floor beside the figure.</summary>
    public string ToJson(RivalResult result)
    {
        var floor = RivalFloor.Of(result.Model, result.Batch, result.Form, result.Threads, _peak.InRegisters, _bytePeak.InRegisters);
        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["case"] = result.Case,
            ["ratio"] = Rounded(result.Ratio),
            ["ratioToFloat32"] = Rounded(result.RatioToFloat32),
            ["milliseconds"] = Rounded(result.Seconds * 1000),
            ["onnxRuntimeInt8"] = Rounded(result.RuntimeInt8 * 1000),
            ["onnxRuntimeFloat32"] = Rounded(result.RuntimeFloat32 * 1000),
            ["threads"] = result.Threads,
            ["multiplyAdds"] = floor.MultiplyAdds,
            ["bytes"] = floor.Bytes,
            ["floor"] = Rounded(floor.Seconds * 1000),
            ["shareOfPeak"] = Rounded(floor.Seconds / result.Seconds),
        });
    }

    private static double Rounded(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private bool IsWanted(RivalModel model, RivalBatch batch, RivalForm form) => $"{model.Name}/{batch}/{form}/".Contains(only, StringComparison.Ordinal);

    /// <summary>ONNX Runtime's graph computes what the model does.</summary>
    private void Compare(EncoderModel<TokenizedText, LabeledText, float[]> model, OnnxBert float32, OnnxBert int8)
    {
        var texts = BenchmarkModel.Texts(2, 16);
        int[] tokens = [.. texts.SelectMany(text => text.Tokens)];
        float[] expected = [.. model.Logits(texts).SelectMany(row => row)], found = float32.Logits(tokens, 2), rounded = int8.Logits(tokens, 2);
        double difference = expected.Zip(found, (left, right) => Math.Abs(left - right)).Max();
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ONNX Runtime's logits differ by {difference:G2} in float32, by {expected.Zip(rounded, (left, right) => Math.Abs(left - right)).Max():G2} in int8."));
        if (difference > 1e-3)
            throw new InvalidOperationException($"ONNX Runtime computes something else: logits differ by {difference}; expected at most 1e-3.");
    }

    private RivalResult Measure(RivalModel kind, RivalBatch batch, RivalForm form, SparseModel ours, OnnxBert float32, OnnxBert int8)
    {
        var texts = BenchmarkModel.Texts(batch.Sequences, batch.Tokens);
        int[] tokens = [.. texts.SelectMany(text => text.Tokens)];
        Action[] actions = [() => ours.Classify(texts), () => int8.Logits(tokens, batch.Sequences), () => float32.Logits(tokens, batch.Sequences)];
        var times = actions.Select(_ => new List<double>()).ToArray();
        long start = Stopwatch.GetTimestamp();
        for (int round = -2; round < Rounds || Stopwatch.GetElapsedTime(start).TotalSeconds < SecondsPerCase; round++)
            for (int i = 0; i < actions.Length; i++)
            {
                // The first of two runs brings the weights back into the caches that the others have used; before it, ONNX Runtime's threads are to stop spinning.
                Thread.Sleep(threads > 1 ? MillisecondsOfSpinning : 0);
                actions[i]();
                long before = Stopwatch.GetTimestamp();
                actions[i]();
                if (round >= 0)
                    times[i].Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
            }

        double[] medians = [.. times.Select(all => all.Order().ElementAt(all.Count / 2))];
        return new RivalResult(kind, batch, form, threads, medians[0], medians[1], medians[2]);
    }
}
