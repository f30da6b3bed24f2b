using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet.Pipeline;
using Seven.Reports;
using Seven.Training;

namespace Seven.MLNet;

/// <summary>The step of <c>SevenPrune</c> in a fitted pipeline: ML.NET's own transformer over the pruned network, or an empty step if the network is an earlier one.</summary>
/// <remarks>It is saved as what it holds: where that is ML.NET's own, a program which loads the model needs no reference to this project.</remarks>
public sealed class SevenPruneTransformer : ITransformer, IDisposable
{
    private readonly ITransformer _inner;
    private readonly Action<DataViewSchema> _checkInput;
    private readonly PruningOutcome _outcome;

    private SevenPruneTransformer(ITransformer inner, ITransformer network, Action<DataViewSchema> checkInput, PruningOutcome outcome) =>
        (_inner, Network, _checkInput, _outcome) = (inner, network, checkInput, outcome);

    /// <summary>The transformer that holds the pruned network, such as ML.NET's TextClassificationTransformer or this project's <see cref="EncoderTransformer"/>.</summary>
    public ITransformer Network { get; }

    /// <summary>The report of pruning, layer by layer.</summary>
    public PruningReport Report => _outcome.Report;

    /// <summary>The epochs that were run, with loss, sparsity and, if there was a validation set, the judgment on it.</summary>
    public IReadOnlyList<EpochSummary> History => _outcome.History;

    /// <summary>Why fine-tuning ended.</summary>
    public StopReason Stopped => _outcome.Stopped;

    bool ITransformer.IsRowToRowMapper => _inner.IsRowToRowMapper;

    /// <summary>The schema after this step.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column that the network reads is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        _checkInput(inputSchema);
        return _inner.GetOutputSchema(inputSchema);
    }

    /// <summary>Scores rows, as they are read.</summary>
    /// <param name="input">The rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column that the network reads is missing or of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        _checkInput(input.Schema);
        return _inner.Transform(input);
    }

    /// <summary>Gives back the network's memory, if this step holds it.</summary>
    public void Dispose() => (_inner as IDisposable)?.Dispose();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        _checkInput(inputSchema);
        return _inner.GetRowToRowMapper(inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => _inner.Save(ctx);

    /// <summary>The same step over another transformer.</summary>
    internal SevenPruneTransformer With(Func<ITransformer, ITransformer> replacement) => new(replacement(_inner), replacement(Network), _checkInput, _outcome);

    /// <summary>The step that holds the network.</summary>
    internal static SevenPruneTransformer Holding(PrunedNetwork network) => new(network.Transformer, network.Transformer, network.CheckInput, network.Outcome);

    /// <summary>Creates the step after a network that is an earlier step: it changes no row, and is saved as an empty chain.</summary>
    internal static SevenPruneTransformer After(ITransformer network, PruningOutcome outcome) =>
        new(new TransformerChain<ITransformer>(), network, static _ => { }, outcome);
}
