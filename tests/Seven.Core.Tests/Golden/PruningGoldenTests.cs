using System.Text.Json;
using Seven.Pruning;
using Seven.Pruning.Criteria;

namespace Seven.Tests.Golden;

/// <summary>Every step of the authors' own pruning runs, from the weights and gradients that went in.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class PruningGoldenTests
{
    /// <summary>The runs were made in float32 by another order of operations.</summary>
    private const double Tolerance = 1e-5;

    public static IEnumerable<object[]> Runs =>
        TestFolders.Golden.SelectMany(folder => Directory.EnumerateFiles(folder, "*.json")).Select(file => new object[] { file });

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void Every_step_matches_the_authors_run(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var run = json.RootElement;
        var weights = run.GetProperty("layers").EnumerateArray().Select(FixedWeight.Of).ToList();
        var options = new PruningOptions { Sparsity = run.GetProperty("sparsity").GetDouble(), Criterion = CriterionOf(run) };
        var schedule = new PruningSchedule(options.Sparsity, warmUpSteps: 0, run.GetProperty("pruningSteps").GetInt32());
        var pruner = new Pruner(weights, options, schedule);

        foreach (var step in run.GetProperty("steps").EnumerateArray())
        {
            var layers = step.GetProperty("layers").EnumerateArray().ToList();
            for (int i = 0; i < layers.Count; i++)
                weights[i].Set(Floats(layers[i], "weight"), Floats(layers[i], "grad"));
            pruner.Step();

            Assert.AreEqual(step.GetProperty("kept").GetInt64(), pruner.Report().Kept);
            for (int i = 0; i < layers.Count; i++)
                AssertLayer(layers[i], pruner, i, $"{Path.GetFileName(file)}, step {step.GetProperty("step")}, layer {i}");
        }
    }

    private static void AssertLayer(JsonElement expected, Pruner pruner, int index, string where)
    {
        var layer = pruner.Layers[index];
        AssertClose(Floats(expected, "importance"), layer.Scores, where + ", importance");
        if (expected.GetProperty("m").ValueKind == JsonValueKind.Array)
        {
            AssertClose(Floats(expected, "m"), layer.Memory[0], where + ", m");
            AssertClose(Floats(expected, "v"), layer.Memory[1], where + ", v");
        }

        var mask = expected.GetProperty("mask").EnumerateArray().Select(item => item.GetDouble() != 0).ToArray();
        CollectionAssert.AreEqual(mask, Enumerable.Range(0, mask.Length).Select(j => layer.Mask[j]).ToArray(), where + ", mask");
    }

    private static void AssertClose(float[] expected, float[] actual, string where)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], Tolerance * Math.Abs(expected[i]), $"{where}, index {i}");
    }

    private static ICriterion CriterionOf(JsonElement run)
    {
        var (alpha1, alpha2) = (run.GetProperty("alpha1").GetDouble(), run.GetProperty("alpha2").GetDouble());
        return run.GetProperty("algorithm").GetString()!.ToUpperInvariant() switch
        {
            "SEVEN" => new SevenCriterion { MagnitudeSmoothing = alpha1, SquareSmoothing = alpha2 },
            "PLATON" => new PlatonCriterion { SensitivitySmoothing = alpha1, UncertaintySmoothing = alpha2, Window = 1 },
            "SNIP" => new SnipCriterion(),
            "SENSITIVITY" => new SensitivityCriterion(),
            "MAGNITUDE" => new MagnitudeCriterion(),
            "MOVEMENT" => new MovementCriterion(),
            var other => throw new InvalidDataException($"There is no criterion {other}."),
        };
    }

    private static float[] Floats(JsonElement layer, string name) =>
        [.. layer.GetProperty(name).EnumerateArray().Select(item => item.GetSingle())];

    private sealed class FixedWeight(string name, int[] shape) : IPrunableWeight
    {
        private readonly float[] _values = new float[shape.Aggregate(1, (product, size) => product * size)];
        private readonly float[] _gradient = new float[shape.Aggregate(1, (product, size) => product * size)];

        public string Name => name;

        public IReadOnlyList<int> Shape => shape;

        public bool IsPrunable => true;

        public Span<float> Values => _values;

        public Span<float> Gradient => _gradient;

        public static FixedWeight Of(JsonElement layer) =>
            new(layer.GetProperty("name").GetString()!, [.. layer.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())]);

        public void Set(float[] values, float[] gradient)
        {
            values.CopyTo(_values, 0);
            gradient.CopyTo(_gradient, 0);
        }
    }
}
