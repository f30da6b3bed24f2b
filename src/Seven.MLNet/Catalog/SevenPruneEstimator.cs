using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet;

/// <summary>Fine-tunes and prunes, in place, the network of an earlier step in the pipeline. Made by <c>mlContext.Transforms.SevenPrune()</c>.</summary>
/// <remarks>
/// <format type="text/markdown">
/// <![CDATA[
/// ### Input and output columns
/// | Column | Type | |
/// | -- | -- | -- |
/// | all | any | Every column passes unchanged; those that the network makes come from the pruned network. |
///
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes: at the rows before the network |
/// | Input column data type | any |
/// | Output column data type | the same |
/// | Required NuGet in addition to Microsoft.ML | Seven.MLNet; for trainers of ML.NET's also libtorch-cpu or TorchSharp-cuda |
/// | Exportable to ONNX | No |
/// ]]>
/// </format>
/// </remarks>
public sealed class SevenPruneEstimator : IEstimator<SevenPruneTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly SevenPruneOptions _options;

    internal SevenPruneEstimator(IHostEnvironment environment, SevenPruneOptions options) => (_environment, _options) = (environment, options.Validated());

    /// <summary>Finds the network that made some of the rows' columns, and fine-tunes and prunes it on the rows it read.</summary>
    /// <param name="input">The rows, after the network's transformer and whatever follows it.</param>
    /// <returns>A step that changes no row.</returns>
    /// <exception cref="InvalidOperationException">There is no network upstream, or no rows, or the network is frozen, or a GPU was asked for and is missing.</exception>
    public SevenPruneTransformer Fit(IDataView input)
    {
        var network = UpstreamNetwork.Find(input);
        return SevenPruneTransformer.After(network.Transformer, IPrunableTrainer.PruneFurther(network, _environment, _options));
    }

    /// <summary>The columns after this step: those before it.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema ?? throw new ArgumentNullException(nameof(inputSchema));
}
