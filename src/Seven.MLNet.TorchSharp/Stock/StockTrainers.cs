using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>ML.NET's five trainers on TorchSharp. Seven.MLNet finds this type by its name.</summary>
internal sealed class StockTrainers : StockFamily
{
    /// <exception cref="NotSupportedException">The loaded TorchSharp is too new for Microsoft.ML.TorchSharp.</exception>
    public StockTrainers() => TorchSharpVersions.Check();

    public override IPrunableTrainer Wrap(IEstimator<ITransformer> trainer, IHostEnvironment environment) => new StockPruning(trainer, environment);

    public override bool HoldsNetwork(ITransformer transformer) => TrainerKind.All.Any(kind => kind.Transformer.IsInstanceOfType(transformer));

    public override PruningOutcome PruneFurther(UpstreamNetwork network, IHostEnvironment environment, SevenPruneOptions options) =>
        StockPruning.PruneFurther(network, environment, options);
}
