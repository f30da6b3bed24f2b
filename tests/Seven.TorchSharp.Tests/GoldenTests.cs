using Seven.Tests.Golden;
using Seven.TorchSharp.Host;
using Seven.TorchSharp.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tests;

/// <summary>The authors' own pruning runs over the parameters of a module, in all ways.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class GoldenTests
{
    public static IEnumerable<object[]> Runs =>
        from run in GoldenRun.Files
        from way in Enum.GetValues<Way>()
        select new object[] { run[0], way };

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void Every_step_matches_the_authors_run(string file, Way way)
    {
        var run = GoldenRun.Read(file);
        using var module = new Parameters(run.Layers, Devices.Of(way));
        using var pruner = module.Prune(way, run.Options with { Include = ["*"] }, run.Schedule);

        foreach (var step in run.Steps)
        {
            module.Set(step);
            pruner.Step(null);

            Assert.AreEqual(step.Kept, pruner.Report().Kept);
            for (int i = 0; i < run.Layers.Count; i++)
                AssertLayer(step.Layers[i], pruner.Engine, i, module.Values(i), $"{run.Name}, {way}, step {step.Number}, layer {i}");
        }
    }

    private static void AssertLayer(GoldenLayerStep expected, IPruningEngine engine, int index, float[] weights, string where)
    {
        var (scores, m, v) = engine switch
        {
            HostEngine host => (host.Pruner.Layers[index].Scores, host.Pruner.Layers[index].Memory.ElementAtOrDefault(0), host.Pruner.Layers[index].Memory.ElementAtOrDefault(1)),
            TensorEngine tensors => Arrays(tensors.Layers[index]),
            _ => throw new NotSupportedException(),
        };
        GoldenRun.AssertClose(expected.Importance, scores, where + ", importance");
        if (expected is { M: { } expectedM, V: { } expectedV })
        {
            GoldenRun.AssertClose(expectedM, m, where + ", m");
            GoldenRun.AssertClose(expectedV, v, where + ", v");
        }

        for (int i = 0; i < weights.Length; i++)
            Assert.AreEqual(expected.Mask[i] ? expected.Weight[i] : 0, weights[i], where + ", weight");
    }

    private static (float[] Scores, float[]? M, float[]? V) Arrays(TensorLayer layer) => (
        Parameters.ToArray(layer.Scores),
        layer.Memory.Count > 0 ? Parameters.ToArray(layer.Memory[0]) : null,
        layer.Memory.Count > 1 ? Parameters.ToArray(layer.Memory[1]) : null);

    /// <summary>A module that has parameters and nothing else.</summary>
    private sealed class Parameters : nn.Module
    {
        private readonly List<Parameter> _arrays = [];

        public Parameters(IEnumerable<GoldenLayer> layers, Device device)
            : base(nameof(Parameters))
        {
            foreach (var layer in layers)
            {
                var parameter = new Parameter(zeros([.. layer.Shape.Select(size => (long)size)], device: device));
                register_parameter(layer.Name.Replace('.', '_'), parameter);
                _arrays.Add(parameter);
            }
        }

        public static float[] ToArray(Tensor tensor) => tensor.detach().cpu().contiguous().data<float>().ToArray();

        public float[] Values(int index) => ToArray(_arrays[index]);

        public void Set(GoldenStep step)
        {
            using var _ = no_grad();
            for (int i = 0; i < _arrays.Count; i++)
            {
                _arrays[i].copy_(tensor(step.Layers[i].Weight, _arrays[i].shape));
                _arrays[i].grad = tensor(step.Layers[i].Gradient, _arrays[i].shape).to(_arrays[i].device);
            }
        }
    }
}
