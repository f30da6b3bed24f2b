using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Formats.Safetensors;

namespace Seven.Tests.Golden;

/// <summary>Outputs, loss and every gradient of independent float32 encoders.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class EncoderGoldenTests
{
    public static IEnumerable<object[]> Cases => GoldenEncoderCase.Folders.Select(folder => new object[] { folder });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Outputs_loss_and_gradients_match(string folder) => GoldenEncoderCase.Check(folder, new Engine());

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Tensors_are_read_under_all_their_names_and_written_under_the_first(string folder) => GoldenEncoderCase.Check(folder, new Saved());

    private sealed class Engine : IGoldenCheck
    {
        public void Run<TInput, TExample, TOutput>(GoldenEncoderCase golden, EncoderModel<TInput, TExample, TOutput> model, IReadOnlyList<TExample> batch)
            where TExample : class, TInput
        {
            golden.AssertLogits(model.Logits([.. batch]));
            golden.AssertTraining(model, model.Task, batch);
        }
    }

    private sealed class Saved : IGoldenCheck
    {
        public void Run<TInput, TExample, TOutput>(GoldenEncoderCase golden, EncoderModel<TInput, TExample, TOutput> model, IReadOnlyList<TExample> batch)
            where TExample : class, TInput
        {
            string folder = Directory.CreateTempSubdirectory("seven-test-").FullName;
            try
            {
                model.Save(folder);
                Assert.AreEqual(model.Configuration, EncoderFolder.Open(folder).Configuration);
                golden.AssertLogits(EncoderModel.Load(folder, model.Task).Logits([.. batch]));
                using var file = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
                CollectionAssert.AreEquivalent(model.Parameters.Select(parameter => parameter.Name).ToList(), file.Header.Tensors.Keys.ToList());
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [TestMethod]
    public void Every_known_architecture_has_a_case()
    {
        string[] types = [.. GoldenEncoderCase.Folders.Select(GoldenEncoderCase.ModelTypeOf).Distinct()];
        foreach (var architecture in Architecture.All)
            CollectionAssert.Contains(types, architecture.ModelType);
    }
}
