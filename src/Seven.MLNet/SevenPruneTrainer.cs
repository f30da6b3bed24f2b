using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.Internals;
using Seven.MLNet.Pipeline;
using Seven.MLNet.Trainers;
using Seven.MLNet.Training;

namespace Seven.MLNet;

/// <summary>One of ML.NET's trainers on TorchSharp, with pruning inside its own epochs. Made by <c>mlContext.Transforms.SevenPrune(trainer)</c>.</summary>
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
/// | Required NuGet in addition to Microsoft.ML | Seven.MLNet, Microsoft.ML.TorchSharp, and libtorch-cpu or TorchSharp-cuda |
/// | Exportable to ONNX | No |
/// ]]>
/// </format>
/// </remarks>
public sealed class SevenPruneTrainer : IEstimator<SevenPruneTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly IHost _host;
    private readonly IEstimator<ITransformer> _trainer;
    private readonly SevenPruneOptions _options;

    internal SevenPruneTrainer(IHostEnvironment environment, IEstimator<ITransformer> trainer, SevenPruneOptions options)
    {
        _environment = environment;
        _host = environment.Register(nameof(SevenPruneTrainer));
        _trainer = trainer;
        _options = options.Validated();
        if (options.Epochs is { } epochs)
            throw new ArgumentException($"Epochs is {epochs} where a trainer is wrapped; expected none, since the trainer has its own: set MaxEpoch in its options.", nameof(options));
        // Options out of range and trainers that are not supported are told here, before any data is read.
        _ = StockTrainer.CopyOf(trainer, environment);
    }

    /// <summary>Trains and prunes.</summary>
    /// <param name="input">The rows to train on.</param>
    /// <returns>The transformer over the pruned network.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, libtorch or a GPU is missing, or the network is frozen.</exception>
    public SevenPruneTransformer Fit(IDataView input)
    {
        _trainer.GetOutputSchema(MlNetInternals.Instance.ShapeOf(input.Schema));
        FitPreparation.CheckDevice(_host);
        long rows = FitPreparation.CountRows(input);
        var trainer = StockTrainer.CopyOf(_trainer, _environment);
        using var session = trainer.Start(_host, input);
        using var run = new PruningRun(trainer, session, _options, _host, input, rows);
        var outcome = run.Run();
        return SevenPruneTransformer.Holding(session.Transformer, schema => InputCheck.Check(schema, trainer.Kind.InputsOf(trainer.Options)), outcome);
    }

    /// <summary>The columns after this step.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _trainer.GetOutputSchema(inputSchema);
}
