using Seven.Benchmarks.Libtorch;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Weights;

namespace Seven.Benchmarks;

/// <summary>One step of SEVEN, and of other criteria, over the prunable weights of a BERT-base (85 M) and of the quick start's network (0.4 M): update, exact global selection, mask.</summary>
internal sealed class PruningStepBenchmark : IBenchmark
{
    public string Name => "pruning-step";

    public int DefaultThreads => 1;

    public IReadOnlyDictionary<string, Func<double>> Libtorch => new Dictionary<string, Func<double>>
    {
        ["85M"] = () => LibtorchRivals.PruningStep(12, 768, repetitions: 3),
        ["0.4M"] = () => LibtorchRivals.PruningStep(2, 128, repetitions: 9),
    };

    public string Notes =>
        "85 M weights. Floor: the update reads weight, gradient, m, v, S and writes m, v, S, 32 bytes a weight or 2.7 GB; "
        + "selection reads S twice and the mask pass once, 12 bytes a weight or 1.0 GB. The limit is memory bandwidth.";

    /// <summary>Of the small network the time alone: the histograms' fixed 0.5 MB would hide what a weight costs.</summary>
    public IEnumerable<Measurement> Measure(int threads) =>
    [
        .. Measure("85M", 12, 768, threads, new SevenCriterion()), .. Measure("0.4M", 2, 128, threads, new SevenCriterion()).Take(1),
        .. Others.SelectMany(criterion => Measure($"85M/{criterion.Name}", 12, 768, threads, criterion)),
    ];

    /// <summary>Further criteria. Of GraSP it is the step alone: the passes for its curvature are the network's, once a run.</summary>
    private static IReadOnlyList<ICriterion> Others { get; } =
    [
        new MagnitudeCriterion(), new SensitivityCriterion(), new MovementCriterion(), new PlatonCriterion(), new FisherCriterion(), new ForceCriterion(), new SoftMovementCriterion(), new GraspCriterion(),
    ];

    private IEnumerable<Measurement> Measure(string name, int layers, int hidden, int threads, ICriterion criterion)
    {
        var weights = new List<IPrunableWeight>();
        for (int layer = 0; layer < layers; layer++)
        {
            for (int i = 0; i < 4; i++)
                weights.Add(new RandomWeight($"layer.{layer}.attention.{i}", hidden, hidden, weights.Count));
            weights.Add(new RandomWeight($"layer.{layer}.intermediate", 4 * hidden, hidden, weights.Count));
            weights.Add(new RandomWeight($"layer.{layer}.output", hidden, 4 * hidden, weights.Count));
        }

        long count = weights.Sum(weight => (long)weight.Values.Length);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var pruner = new Pruner(weights, new PruningOptions { Criterion = criterion }, new PruningSchedule(0.8, warmUpSteps: 0, pruningSteps: 40), threads);
        pruner.Step();
        double bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        yield return new Measurement(Name, name, threads, "seconds", Measurement.MedianSeconds(15, () => pruner.Step()));
        yield return new Measurement(Name, $"{name}/memory", threads, "bytes per weight", bytes / count);
    }

    private sealed class RandomWeight : IPrunableWeight
    {
        private readonly float[] _values;
        private readonly float[] _gradient;

        public RandomWeight(string name, int rows, int columns, int seed)
        {
            (Name, Shape) = (name, [rows, columns]);
            var random = new Random(seed);
            _values = Values(random, rows * columns, 0.1);
            _gradient = Values(random, rows * columns, 0.001);
        }

        public string Name { get; }

        public IReadOnlyList<int> Shape { get; }

        public bool IsPrunable => true;

        Span<float> IPrunableWeight.Values => _values;

        public Span<float> Gradient => _gradient;

        private static float[] Values(Random random, int count, double scale)
        {
            var values = new float[count];
            for (int i = 0; i < count; i++)
                values[i] = (float)(scale * (random.NextDouble() + random.NextDouble() - 1));
            return values;
        }
    }
}
