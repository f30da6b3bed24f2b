using Microsoft.Extensions.AI;
using Seven.Extensions.AI;
using Seven.Inference;

// The namespace of IServiceCollection, as extensions of it have it: the methods are there wherever services are registered.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers embedding generators as services.</summary>
public static class SparseEmbeddingServices
{
    /// <summary>Registers one <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> of texts, which is loaded when it is first asked for.</summary>
    /// <param name="services">The services.</param>
    /// <param name="modelFolder">A Hugging Face folder of sentence-transformers.</param>
    /// <param name="options">How to score; <see langword="null"/> for what the folder says.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSparseEmbeddingGenerator(this IServiceCollection services, string modelFolder, SparseModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(modelFolder);
        return services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(_ => SparseEmbeddingGenerator.Create(modelFolder, options));
    }

    /// <summary>Registers one <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> of texts under a key, which is loaded when it is first asked for.</summary>
    /// <param name="services">The services.</param>
    /// <param name="serviceKey">The key.</param>
    /// <param name="modelFolder">A Hugging Face folder of sentence-transformers.</param>
    /// <param name="options">How to score; <see langword="null"/> for what the folder says.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddKeyedSparseEmbeddingGenerator(this IServiceCollection services, object? serviceKey, string modelFolder, SparseModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(modelFolder);
        return services.AddKeyedSingleton<IEmbeddingGenerator<string, Embedding<float>>>(serviceKey, (_, _) => SparseEmbeddingGenerator.Create(modelFolder, options));
    }
}
