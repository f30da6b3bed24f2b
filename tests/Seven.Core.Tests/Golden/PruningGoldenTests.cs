using Seven.Pruning;
using Seven.Weights;

namespace Seven.Tests.Golden;

/// <summary>Every step of the authors' own pruning runs, from the weights and gradients that went in.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class PruningGoldenTests
{
    public static IEnumerable<object[]> Runs => GoldenRun.Files;

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void Every_step_matches_the_authors_run(string file)
    {
        var run = GoldenRun.Read(file);
        var weights = run.Layers.Select(layer => new FixedWeight(layer.Name, layer.Shape)).ToList();
        var pruner = new Pruner(weights, run.Options, run.Schedule);

        foreach (var step in run.Steps)
        {
            for (int i = 0; i < weights.Count; i++)
                weights[i].Set(step.Layers[i].Weight, step.Layers[i].Gradient);
            pruner.Step();

            Assert.AreEqual(step.Kept, pruner.Report().Kept);
            for (int i = 0; i < weights.Count; i++)
                AssertLayer(step.Layers[i], pruner.Layers[i], $"{run.Name}, step {step.Number}, layer {i}");
        }
    }

    private static void AssertLayer(GoldenLayerStep expected, LayerState layer, string where)
    {
        GoldenRun.AssertClose(expected.Importance, layer.Scores, where + ", importance");
        if (expected is { M: { } m, V: { } v })
        {
            GoldenRun.AssertClose(m, layer.Memory[0], where + ", m");
            GoldenRun.AssertClose(v, layer.Memory[1], where + ", v");
        }

        CollectionAssert.AreEqual(expected.Mask, Enumerable.Range(0, expected.Mask.Length).Select(j => layer.Mask[j]).ToArray(), where + ", mask");
    }

    private sealed class FixedWeight(string name, int[] shape) : IPrunableWeight
    {
        private readonly float[] _values = new float[shape.Aggregate(1, (product, size) => product * size)];
        private readonly float[] _gradient = new float[shape.Aggregate(1, (product, size) => product * size)];

        public string Name => name;

        public IReadOnlyList<int> Shape => shape;

        public bool IsPrunable => true;

        public Span<float> Values => _values;

        public Span<float> Gradient => _gradient;

        public void Set(float[] values, float[] gradient)
        {
            values.CopyTo(_values, 0);
            gradient.CopyTo(_gradient, 0);
        }
    }
}
