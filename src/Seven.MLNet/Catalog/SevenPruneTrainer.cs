using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.MLNetInternals;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet;

/// <summary>A trainer of networks, ML.NET's on TorchSharp or this project's, with pruning inside its own epochs. Made by <c>mlContext.Transforms.SevenPrune(trainer)</c>.</summary>
/// <remarks>
/// <format type="text/markdown">
/// <![CDATA[
/// ### Input and output columns
/// Those of the trainer that is wrapped: it reads and makes the same columns, of the same types.
///
/// ### Trainer characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | that of the trainer |
/// | Is normalization required? | No |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | Seven.MLNet; for trainers of ML.NET's also libtorch-cpu or TorchSharp-cuda |
/// | Exportable to ONNX | No |
/// ]]>
/// </format>
/// </remarks>
public sealed class SevenPruneTrainer : IEstimator<SevenPruneTransformer>
{
    private readonly IEstimator<ITransformer> _trainer;
    private readonly IPrunableTrainer _pruning;
    private readonly SevenPruneOptions _options;

    internal SevenPruneTrainer(IHostEnvironment environment, IEstimator<ITransformer> trainer, SevenPruneOptions options)
    {
        (_trainer, _options) = (trainer, options.Validated());
        if (options.Epochs is { } epochs)
            throw new ArgumentException($"Epochs is {epochs} where a trainer is wrapped; expected none, since the trainer has its own: MaxEpoch in the options of ML.NET's trainers, FineTuning.Epochs in those of this project's.", nameof(options));
        _pruning = IPrunableTrainer.Of(trainer, environment, options);
    }

    /// <summary>Trains and prunes.</summary>
    /// <param name="input">The rows to train on.</param>
    /// <returns>The transformer over the pruned network.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, libtorch or a GPU is missing, or the network is frozen.</exception>
    public SevenPruneTransformer Fit(IDataView input)
    {
        _trainer.GetOutputSchema(SchemaShapes.Of(input.Schema));
        return SevenPruneTransformer.Holding(_pruning.FitPruned(input, _options));
    }

    /// <summary>The columns after this step.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _trainer.GetOutputSchema(inputSchema);
}
