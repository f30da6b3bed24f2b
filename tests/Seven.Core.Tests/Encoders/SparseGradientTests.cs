using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Numerics;
using Seven.Training;
using Seven.Weights;
using Seven.Weights.Sparse;

namespace Seven.Tests.Encoders;

/// <summary>Gradients over the kept weights alone are those of dense training with the same zeros.</summary>
[TestClass]
[TestCategory("Kernels")]
public sealed class SparseGradientTests
{
    [TestMethod]
    [DataRow(0.5, 1)]
    [DataRow(0.8, 2)]
    [DataRow(0.97, 3)]
    public void Of_texts(double sparsity, int threads)
    {
        var shape = new TextConfiguration { VocabularySize = 40, MaximumTokens = 90, HiddenSize = 96, Heads = 4, IntermediateSize = 200, Layers = 2 };
        var random = new Random(3);
        LabeledText[] batch = [.. Enumerable.Range(0, 7).Select(i => new LabeledText
        {
            Tokens = [.. Enumerable.Range(0, random.Next(1, shape.MaximumTokens)).Select(_ => random.Next(shape.VocabularySize))], Label = i % 3,
        })];
        var model = EncoderModel.Create(shape, EncoderTasks.TextClassification(["a", "b", "c"]), seed: 1);
        Check(model, model.Task, batch, sparsity, threads);
    }

    [TestMethod]
    public void Of_images()
    {
        var shape = new ImageConfiguration { ImageSize = 16, PatchSize = 4, HiddenSize = 48, Heads = 3, IntermediateSize = 100, Layers = 2 };
        var random = new Random(4);
        LabeledPicture[] batch = [.. Enumerable.Range(0, 5).Select(i => new LabeledPicture
        {
            Pixels = Enumerable.Range(0, 3 * 16 * 16).Select(_ => random.NextSingle()).ToArray(), Label = i % 2,
        })];
        var model = EncoderModel.Create(shape, EncoderTasks.ImageClassification(["x", "y"]), seed: 1);
        Check(model, model.Task, batch, sparsity: 0.8, threads: 2);
    }

    private static void Check<TInput, TExample>(
        EncoderModel<TInput> model, IObjective<TExample> objective, IReadOnlyList<TExample> batch, double sparsity, int threads)
        where TExample : class, TInput
    {
        var random = new Random(2);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
        {
            foreach (ref float value in parameter.Values)
                value = random.NextDouble() < sparsity ? 0 : 10 * value;
            parameter.MaskZeros();
        }

        var expected = GradientsOf(sparse: false);
        var found = GradientsOf(sparse: true);
        for (int p = 0; p < expected.Length; p++)
        {
            var parameter = model.Parameters[p];
            bool isPruned = parameter.IsPrunable;
            double difference = 0, norm = 0;
            for (int i = 0; i < parameter.Count; i++)
            {
                bool isKept = !isPruned || parameter.Values[i] != 0;
                if (!isKept)
                    Assert.AreEqual(0, found[p][i], $"{parameter.Name}[{i}] is pruned");
                difference += isKept ? Math.Pow(expected[p][i] - found[p][i], 2) : 0;
                norm += isKept ? Math.Pow(expected[p][i], 2) : 0;
            }

            // The gradient of a key's bias is zero but for rounding.
            Assert.IsLessThanOrEqualTo(1e-4 * Math.Sqrt(norm) + 1e-6, Math.Sqrt(difference), parameter.Name);
        }

        float[][] GradientsOf(bool sparse)
        {
            var trainer = new Trainer<TInput, TExample>(model, objective, Workers.Of(threads));
            Gradients.Clear(model.Parameters, Workers.Sequential);
            var layers = model.Parameters.Select(parameter => parameter.Layer).OfType<LayerWeights>().Where(layer => sparse && layer.Sparsity() >= 0.3).Distinct().ToList();
            foreach (var layer in layers)
                layer.Form = SparseForm.Of(layer.Weight);
            trainer.AddGradients(batch, 1f / batch.Count, dropoutSeed: 7);
            foreach (var layer in layers)
                ((SparseForm)layer.Form).WriteGradient();
            return [.. model.Parameters.Select(parameter => parameter.Gradient.ToArray())];
        }
    }
}
