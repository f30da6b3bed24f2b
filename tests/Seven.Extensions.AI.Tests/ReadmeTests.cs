using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.Tests;

namespace Seven.Extensions.AI.Tests;

/// <summary>The README's code for embeddings is this code, and it runs.</summary>
[TestClass]
public sealed class ReadmeTests
{
    [TestMethod]
    public async Task The_example_runs()
    {
        string folder = TestFolders.Temporary();
        string[] tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "how", "do", "i", "reset", "my", "password", "?"];
        EncoderModel.Create(new TextConfiguration { VocabularySize = tokens.Length, HiddenSize = 16, Layers = 1, Heads = 2, IntermediateSize = 32, Pooling = Pooling.Mean }, EncoderTasks.TextEmbedding()).Save(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), tokens);
        var services = new ServiceCollection();

        // README begins
        services.AddSparseEmbeddingGenerator(folder, new SparseModelOptions { Precision = Precision.Int8 });   // a folder, or sentence-transformers/all-MiniLM-L6-v2

        using var provider = services.BuildServiceProvider();
        var generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        var vectors = await generator.GenerateAsync(["How do I reset my password?", "I forgot my login."]);
        float cosine = TensorPrimitives.CosineSimilarity(vectors[0].Vector.Span, vectors[1].Vector.Span);
        Console.WriteLine($"{vectors[0].Dimensions} dimensions, {vectors.Usage?.InputTokenCount} tokens read, cosine {cosine:F2}");
        // README ends

        Assert.AreEqual(16, vectors[0].Dimensions);
        Assert.IsTrue(cosine is > -1.001f and < 1.001f);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.Extensions.AI.Tests", "ReadmeTests.cs");
}
