using Seven.Benchmarks.Libtorch;
using Seven.Encoders.Layers;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Benchmarks.Kernels;

/// <summary>The three multiplications of a linear layer on one thread, dense and at 80 % sparsity, each with the floor that this machine sets it.</summary>
internal sealed class SparseKernelBenchmark : IBenchmark
{
    private const int WarmUps = 60;
    private const int Repetitions = 21;

    private static readonly string[] s_kinds = ["forward", "input-gradient", "weight-gradient"];

    private static readonly (int Rows, int Columns, int Tokens)[] s_shapes = [(256, 256, 2048), (768, 768, 128), (3072, 768, 128), (3072, 768, 1024)];

    public string Name => "sparse-kernels";

    public int DefaultThreads => 1;

    /// <summary>libtorch's are dense.</summary>
    public IReadOnlyDictionary<string, Func<double>> Libtorch => (from shape in s_shapes from kind in s_kinds select (shape, kind)).ToDictionary(
        one => NameOf(one.kind, one.shape), Func<double> (one) => () => LibtorchRivals.Product(one.kind, one.shape.Rows, one.shape.Columns, one.shape.Tokens, Repetitions));

    public string Notes =>
        "Floor of a dense kernel: a multiply-add for each weight and token, at the rate measured here with all operands in registers. Of a sparse one: a multiply-add for "
        + "each kept weight and token, at the rate measured with one operand loaded each time from the first-level cache, and in forward and input gradient a fourth more for "
        + "the load of the weight itself. Bytes from memory, 6 for each kept weight and 4 for each activation, are no limit at these sizes. 'share' is floor / value; "
        + "on Zen 4 dense kernels reach 0.7 to 0.9, sparse forward and input gradient 0.84 to 0.97 (0.65 at 1,024 tokens: the activations' tiles come from the third-level cache), "
        + "the sparse weight gradient 0.60 to 0.68: adding up the lanes of each four sums takes 13 more instructions to its 16 multiply-adds.";

    public IEnumerable<Measurement> Measure(int threads)
    {
        var peak = new MachinePeak();
        Console.Error.WriteLine($"Multiply-adds a second of one thread: {peak.InRegisters / 1e9:F1} G in registers, {peak.FromCache / 1e9:F1} G from the first-level cache.");
        foreach (var shape in s_shapes)
            foreach (int percent in new[] { 0, 80 })
                foreach (var measurement in Measure(shape, percent, threads, peak))
                    yield return measurement;
    }

    private static string NameOf(string kind, (int Rows, int Columns, int Tokens) shape) => $"{kind}/{shape.Rows}x{shape.Columns}/{shape.Tokens}";

    private IEnumerable<Measurement> Measure((int Rows, int Columns, int Tokens) shape, int percent, int threads, MachinePeak peak)
    {
        var random = new Random(1);
        var layer = new Linear(shape.Columns, new WeightInitializer(1), ParameterKind.Linear, new Linear.Part("layer", shape.Rows));
        foreach (ref float value in layer.Weights.Weight.Values.Values)
            value = random.Next(100) < percent ? 0 : value;
        foreach (var part in layer.Weights.WeightParts)
            part.MaskZeros();
        var arena = new Arena();
        Matrix x = arena.Take(shape.Columns, shape.Tokens), y = arena.Take(shape.Rows, shape.Tokens), dy = arena.Take(shape.Rows, shape.Tokens);
        x.Clear();
        dy.Clear();
        if (percent >= 50)
            layer.Weights.Form = layer.Weights.ToSparse();
        var pass = Pass.ForScoring(arena, Workers.Of(threads));

        double products = (1 - layer.Weights.Sparsity()) * shape.Rows * shape.Columns * shape.Tokens;
        foreach (string kind in s_kinds)
        {
            // Long enough for the just-in-time compiler to be through with all that runs.
            Measurement.MedianSeconds(WarmUps, Run);
            double seconds = Measurement.MedianSeconds(Repetitions, Run);
            double floor = percent == 0 ? products / peak.InRegisters : products * (kind == "weight-gradient" ? 1 : 1.25) / peak.FromCache;
            yield return new Measurement(Name, $"{NameOf(kind, shape)}/{percent}", threads, "seconds", seconds) { Baseline = NameOf(kind, shape), Floor = floor / threads };

            void Run()
            {
                var mark = arena.Mark();
                if (kind == "forward")
                    layer.Forward(x, y, pass);
                else if (kind == "input-gradient")
                    layer.InputGradient(dy, pass);
                else
                    layer.AddParameterGradients(x, dy, pass);
                arena.Release(mark);
            }
        }
    }
}
