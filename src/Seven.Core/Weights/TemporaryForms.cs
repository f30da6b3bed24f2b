using System.Collections.Concurrent;

namespace Seven.Weights;

/// <summary>Sparse forms of layers with enough zeros, built as they are first needed, for a call during which the weights do not change.</summary>
/// <param name="tokens">Tokens that are scored at once.</param>
/// <param name="sparseFrom">Share of zeros from which on a layer is sparse; <see langword="null"/> for what was measured on this machine.</param>
internal sealed class TemporaryForms(int tokens, double? sparseFrom = null)
{
    private readonly ConcurrentDictionary<LayerWeights, WeightForm> _forms = [];

    /// <summary>The form for this call.</summary>
    public WeightForm Of(LayerWeights layer) => _forms.GetOrAdd(layer, FormFor);

    private WeightForm FormFor(LayerWeights layer) => layer.Form == layer.Dense ? FormChoice.ForScoring(layer, sparseFrom, FormUse.Scoring, tokens) : layer.Form;
}
