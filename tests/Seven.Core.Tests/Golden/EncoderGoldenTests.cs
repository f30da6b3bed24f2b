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
            if (golden.HasLoss)
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
            Assert.IsTrue(Architecture.All.Any(known => types.Contains(known.ModelType) && AreAlike(known, architecture)), architecture.ModelType);
    }

    /// <summary>Which differs from RoBERTa by its names alone.</summary>
    [TestMethod]
    public void A_CamemBERT_is_read_as_the_RoBERTa_that_it_is()
    {
        string roberta = TestFolders.Golden.Select(folder => Path.Combine(folder, "roberta-classification")).First(Directory.Exists), folder = TestFolders.Temporary();
        foreach (string file in Directory.EnumerateFiles(roberta))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        string path = Path.Combine(folder, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"roberta\"", "\"camembert\"", StringComparison.Ordinal).Replace("Roberta", "Camembert", StringComparison.Ordinal));
        GoldenEncoderCase.Check(folder, new SameAsIn(roberta));
        Directory.Delete(folder, recursive: true);
    }

    private sealed class SameAsIn(string folder) : IGoldenCheck
    {
        public void Run<TInput, TExample, TOutput>(GoldenEncoderCase golden, EncoderModel<TInput, TExample, TOutput> model, IReadOnlyList<TExample> batch)
            where TExample : class, TInput
        {
            var expected = EncoderModel.Load(folder, model.Task).Logits([.. batch]);
            foreach (var (left, right) in expected.Zip(model.Logits([.. batch])))
                CollectionAssert.AreEqual(left, right);
        }
    }

    private static bool AreAlike(Architecture first, Architecture second) =>
        first.Keys == second.Keys && first.Input == second.Input && first.Layers == second.Layers && first.NormPlacement == second.NormPlacement
        && first.Heads.Count == second.Heads.Count && first.Heads.All(head => second.Heads.GetValueOrDefault(head.Key) == head.Value);
}
