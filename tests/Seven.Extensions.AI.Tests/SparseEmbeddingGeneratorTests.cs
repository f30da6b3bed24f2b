using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.Tests;

namespace Seven.Extensions.AI.Tests;

/// <summary>The generator as a service uses it.</summary>
[TestClass]
public sealed class SparseEmbeddingGeneratorTests
{
    private static readonly string[] s_tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "river", "is", "wide", "cold"];

    private readonly string _folder = TestFolders.Temporary();

    [TestInitialize]
    public void SaveModel()
    {
        var shape = new TextConfiguration { VocabularySize = s_tokens.Length, HiddenSize = 16, Layers = 2, Heads = 2, IntermediateSize = 32, MaximumTokens = 16, Pooling = Pooling.Mean, NormalizesVectors = true };
        EncoderModel.Create(shape, EncoderTasks.TextEmbedding()).Save(_folder);
        File.WriteAllLines(Path.Combine(_folder, "vocab.txt"), s_tokens);
    }

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task Vectors_come_in_order_with_their_model_and_the_tokens_that_were_read()
    {
        using var generator = SparseEmbeddingGenerator.Create(_folder);
        using var model = SparseModel.Load(_folder);
        string[] texts = [.. Enumerable.Range(0, 70).Select(i => i % 2 == 0 ? "the river is wide" : "cold")];
        var embeddings = await generator.GenerateAsync(texts);
        Assert.HasCount(70, embeddings);
        for (int i = 0; i < texts.Length; i++)
            Assert.IsLessThan(1e-6f, TensorPrimitives.Distance(model.Embed(texts[i]), embeddings[i].Vector.Span), texts[i]);
        Assert.AreEqual(35 * 6 + 35 * 3, embeddings.Usage!.InputTokenCount);
        Assert.AreEqual(Path.GetFileName(_folder), embeddings[0].ModelId);
        Assert.AreEqual(16, embeddings[0].Dimensions);
        Assert.HasCount(0, await generator.GenerateAsync([]));
    }

    [TestMethod]
    public async Task It_says_what_it_is()
    {
        using var generator = SparseEmbeddingGenerator.Create(_folder);
        var metadata = generator.GetRequiredService<EmbeddingGeneratorMetadata>();
        Assert.AreEqual(("seven", 16, Path.GetFileName(_folder)), (metadata.ProviderName, metadata.DefaultModelDimensions, metadata.DefaultModelId));
        Assert.AreSame(generator, generator.GetService<SparseEmbeddingGenerator>());
        Assert.IsNotNull(generator.GetService<SparseModel>());
        Assert.IsNull(generator.GetService<string>());
        Assert.IsNull(generator.GetService(typeof(SparseModel), serviceKey: "a"));
        Assert.HasCount(16, (await generator.GenerateVectorAsync("the river")).ToArray());
    }

    [TestMethod]
    public async Task Services_get_one_generator_plain_and_under_a_key()
    {
        await using var services = new ServiceCollection().AddSparseEmbeddingGenerator(_folder)
            .AddKeyedSparseEmbeddingGenerator("small", _folder, new SparseModelOptions { Precision = Precision.Int8, NormalizeEmbeddings = false }).BuildServiceProvider();
        var plain = services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        Assert.AreSame(plain, services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>());
        var keyed = services.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>("small");
        Assert.AreEqual(Precision.Int8, keyed.GetRequiredService<SparseModel>().Precision);
        var (one, other) = (await plain.GenerateVectorAsync("the river"), await keyed.GenerateVectorAsync("the river"));
        Assert.AreEqual(1, TensorPrimitives.Norm(one.Span), 1e-5);
        Assert.AreNotEqual(1, TensorPrimitives.Norm(other.Span), 1e-3);
        Assert.IsGreaterThan(0.99f, TensorPrimitives.CosineSimilarity(one.Span, other.Span));
    }

    [TestMethod]
    public async Task Options_change_pooling_and_length()
    {
        using var first = SparseEmbeddingGenerator.Create(_folder, new SparseModelOptions { PoolingMode = Pooling.FirstToken });
        using var mean = SparseEmbeddingGenerator.Create(_folder);
        using var shorter = SparseEmbeddingGenerator.Create(_folder, new SparseModelOptions { MaximumTokens = 8 });
        string text = "the river is wide the river is cold";
        var (byFirst, byMean) = (await first.GenerateVectorAsync(text), await mean.GenerateVectorAsync(text));
        Assert.IsGreaterThan(1e-3f, TensorPrimitives.Distance(byFirst.Span, byMean.Span));
        var (cut, start) = (await shorter.GenerateVectorAsync(text), await mean.GenerateVectorAsync("the river is wide the river"));
        Assert.AreEqual(0, TensorPrimitives.Distance(cut.Span, start.Span), 1e-6);
    }

    [TestMethod]
    public async Task What_cannot_be_done_is_refused()
    {
        using var generator = SparseEmbeddingGenerator.Create(_folder);
        Assert.Contains("expected 16", (await Assert.ThrowsExactlyAsync<ArgumentException>(() => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 8 }))).Message);
        Assert.Contains("Text 1 is null", (await Assert.ThrowsExactlyAsync<ArgumentException>(() => generator.GenerateAsync(["a", null!]))).Message);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => generator.GenerateAsync(["a"], cancellationToken: cancelled.Token));
        generator.Dispose();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => generator.GenerateAsync(["a"]));

        File.Delete(Path.Combine(_folder, "vocab.txt"));
        Assert.Contains("no vocabulary", Assert.ThrowsExactly<ArgumentException>(() => SparseEmbeddingGenerator.Create(_folder)).Message);
        var shape = new TextConfiguration { VocabularySize = 10, HiddenSize = 16, Layers = 1, Heads = 2, IntermediateSize = 32 };
        EncoderModel.Create(shape, EncoderTasks.TextClassification(["a", "b"])).Save(_folder);
        Assert.Contains("text classification; expected a model for text embedding", Assert.ThrowsExactly<ArgumentException>(() => SparseEmbeddingGenerator.Create(_folder)).Message);
        Assert.Contains("PoolingMode", Assert.ThrowsExactly<ArgumentException>(() => SparseEmbeddingGenerator.Create(_folder, new() { PoolingMode = Pooling.Mean })).Message);
    }
}
