using Seven.MLNet;
using Seven.MLNet.MLNetInternals;

// ML.NET's own namespace, as its extensions have it: the methods are there wherever an MLContext is.
namespace Microsoft.ML;

/// <summary>Embeddings of texts among ML.NET's transforms of texts.</summary>
public static class TextEmbeddingCatalog
{
    /// <summary>Turns texts into vectors by a sentence-transformers model, such as all-MiniLM-L6-v2: near to each other for texts that mean the same.</summary>
    /// <param name="catalog">The catalog of transforms of texts.</param>
    /// <param name="outputColumnName">The column made of the vectors, vectors of Single of the model's hidden size.</param>
    /// <param name="inputColumnName">The column of texts; <see langword="null"/> for the output's name.</param>
    /// <param name="modelFolder">A Hugging Face folder, dense or pruned, with the files of sentence-transformers: <c>modules.json</c> and <c>1_Pooling/config.json</c>. Without them a vector is the mean over all tokens.</param>
    /// <returns>An estimator whose <c>Fit</c> reads the model and trains nothing.</returns>
    /// <exception cref="ArgumentException">An argument cannot be used.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <remarks>
    /// <format type="text/markdown">
    /// <![CDATA[
    /// Wrapped in `mlContext.Transforms.SevenPrune`, or with it appended, the model is pruned while it learns the vectors that it gave before: no row needs a label, any texts of the kind
    /// that is searched will do.
    ///
    /// ### Estimator characteristics
    /// | | |
    /// | -- | -- |
    /// | Does this estimator need to look at the data to train its parameters? | No, unless it is pruned |
    /// | Input column data type | text |
    /// | Output column data type | vector of Single |
    /// | Required NuGet in addition to Microsoft.ML | Seven.MLNet |
    /// ]]>
    /// </format>
    /// </remarks>
    public static EncoderTrainer EmbedText(this TransformsCatalog.TextTransforms catalog, string outputColumnName, string? inputColumnName, string modelFolder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelFolder);
        return catalog.EmbedText(new TextEmbeddingOptions { OutputColumnName = outputColumnName, TextColumnName = inputColumnName ?? outputColumnName, ModelFolder = modelFolder });
    }

    /// <summary>Turns texts into vectors by a sentence-transformers model.</summary>
    /// <param name="catalog">The catalog of transforms of texts.</param>
    /// <param name="options">Columns, model, and the training in case that it is pruned.</param>
    /// <inheritdoc cref="EmbedText(TransformsCatalog.TextTransforms, string, string?, string)" path="/returns|/exception|/remarks"/>
    public static EncoderTrainer EmbedText(this TransformsCatalog.TextTransforms catalog, TextEmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return options.ModelFolder is not null
            ? new EncoderTrainer(Catalogs.EnvironmentOf(catalog), options)
            : throw new ArgumentException($"{nameof(options.ModelFolder)} is null; expected the folder of a model: embeddings are not trained from scratch.", nameof(options));
    }
}
