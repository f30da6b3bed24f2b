using Microsoft.Extensions.AI;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;

namespace Seven.Extensions.AI;

/// <summary>Vectors of texts by a sentence-transformers model, dense or pruned, in this process and without native libraries.</summary>
/// <remarks>Safe to use on any number of threads at once. Texts longer than the model reads are cut, as sentence-transformers does it.</remarks>
public sealed class SparseEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>The provider's name in metadata and telemetry.</summary>
    public const string ProviderName = "seven";

    /// <summary>Texts between two looks at the cancellation: some milliseconds.</summary>
    private const int TextsAtOnce = 32;

    private readonly SparseModel _model;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Makes vectors with a model that is loaded already.</summary>
    /// <param name="model">The model, which is disposed with the generator.</param>
    /// <param name="modelId">The model's name in results and metadata, such as all-MiniLM-L6-v2; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">The model is of another task, or was saved without a vocabulary.</exception>
    public SparseEmbeddingGenerator(SparseModel model, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Task is not TextEmbeddingTask)
            throw new ArgumentException($"The model is for {model.Task}; expected a model for text embedding.", nameof(model));
        if (!model.HasVocabulary)
            throw new ArgumentException("The model's folder had no vocabulary; expected tokenizer.json or vocab.txt beside the model.", nameof(model));
        _model = model;
        _metadata = new EmbeddingGeneratorMetadata(ProviderName, providerUri: null, modelId, model.Configuration.HiddenSize);
    }

    /// <summary>Loads a model.</summary>
    /// <param name="modelFolder">A Hugging Face folder of sentence-transformers, dense or compact, in float32 or int8.</param>
    /// <param name="options">Precision, threads, longest text, pooling and normalization; <see langword="null"/> for what the folder says.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or is of an architecture that is not known.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="ArgumentException">The model is of another task, or an option cannot be used.</exception>
    public static SparseEmbeddingGenerator Create(string modelFolder, SparseModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelFolder);
        var model = SparseModel.Load(modelFolder, options);
        try
        {
            return new SparseEmbeddingGenerator(model, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(modelFolder))));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The vectors of texts, in their order, computed on the thread pool.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options"><c>Dimensions</c> must be those of the model, if given; the other options have no effect.</param>
    /// <param name="cancellationToken">Stops between some texts.</param>
    /// <exception cref="ArgumentException">Other dimensions than the model's are asked for, or a text is null.</exception>
    /// <exception cref="ObjectDisposedException">The generator was disposed.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != _metadata.DefaultModelDimensions)
            throw new ArgumentException($"{dimensions} dimensions are asked for; expected {_metadata.DefaultModelDimensions}, those of the model, or none.", nameof(options));
        string[] texts = [.. values];
        if (Array.IndexOf(texts, null) is >= 0 and var missing)
            throw new ArgumentException($"Text {missing} is null; expected texts.", nameof(values));
        return Task.Run(() => Generate(texts, cancellationToken), cancellationToken);
    }

    /// <summary>This generator, its <see cref="SparseModel"/>, or its <see cref="EmbeddingGeneratorMetadata"/>.</summary>
    /// <param name="serviceType">The type wanted.</param>
    /// <param name="serviceKey">None of them has a key.</param>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(_model) ? _model
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Gives the model's memory back. Calls under way come to their end.</summary>
    public void Dispose() => _model.Dispose();

    private GeneratedEmbeddings<Embedding<float>> Generate(string[] texts, CancellationToken cancellationToken)
    {
        var created = DateTimeOffset.UtcNow;
        var embeddings = new GeneratedEmbeddings<Embedding<float>>(texts.Length);
        long tokens = 0;
        for (int start = 0; start < texts.Length; start += TextsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TokenizedText[] read = [.. texts[start..Math.Min(start + TextsAtOnce, texts.Length)].Select(text => _model.Tokenize(text))];
            tokens += read.Sum(text => text.Tokens.Count);
            foreach (float[] vector in _model.Embed(read))
                embeddings.Add(new Embedding<float>(vector) { CreatedAt = created, ModelId = _metadata.DefaultModelId });
        }

        embeddings.Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens };
        return embeddings;
    }
}
