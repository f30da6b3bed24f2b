using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>Prunes inside the epochs of one of ML.NET's own trainers.</summary>
internal sealed class StockPruning : IPrunableTrainer
{
    private readonly IHostEnvironment _environment;
    private readonly IHost _host;
    private readonly IEstimator<ITransformer> _trainer;

    /// <exception cref="NotSupportedException">The trainer is none of ML.NET's on TorchSharp.</exception>
    public StockPruning(IEstimator<ITransformer> trainer, IHostEnvironment environment)
    {
        (_trainer, _environment, _host) = (trainer, environment, environment.Register("SevenPrune"));
        // Trainers that are not supported are refused here, before any data is read.
        _ = StockTrainer.CopyOf(trainer, environment);
    }

    public PrunedNetwork FitPruned(IDataView rows, SevenPruneOptions options)
    {
        FitPreparation.CheckDevice(_host);
        long count = FitPreparation.CountRows(rows);
        var trainer = StockTrainer.CopyOf(_trainer, _environment);
        using var session = trainer.Start(_host, rows);
        using var run = new PruningRun(trainer, session, options, _host, rows, count);
        var outcome = run.Run();
        return new PrunedNetwork(session.Transformer, schema => InputCheck.Check(schema, trainer.Kind.InputsOf(trainer.Options)), outcome);
    }

    public static PruningOutcome PruneFurther(UpstreamNetwork network, IHostEnvironment environment, SevenPruneOptions options)
    {
        var host = environment.Register("SevenPrune");
        FitPreparation.CheckDevice(host);
        long count = FitPreparation.CountRows(network.Rows);
        var trainer = StockTrainer.Of(network.Transformer, environment, options.Epochs);
        using var session = trainer.Start(host, network.Rows);
        session.ContinueFrom(network.Transformer);
        using var run = new PruningRun(trainer, session, options, host, network.Rows, count);
        return run.Run();
    }
}
