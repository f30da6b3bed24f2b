using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Seven.Benchmarks.Libtorch;

/// <summary>A BERT classifier as one writes it with libtorch: one product for query, key and value, its fused attention, dropout 0.1 while it trains.</summary>
internal sealed class LibtorchBert : nn.Module<Tensor, Tensor>
{
    private const double DropoutRate = 0.1;

    private readonly Embedding _words;
    private readonly Embedding _positions;
    private readonly LayerNorm _norm;
    private readonly ModuleList<Layer> _layers;
    private readonly Linear _pooler;
    private readonly Linear _classifier;

    public LibtorchBert(int layers, int hidden, int tokens, int labels)
        : base(nameof(LibtorchBert))
    {
        (_words, _positions) = (nn.Embedding(BenchmarkModel.Vocabulary, hidden), nn.Embedding(tokens, hidden));
        _norm = nn.LayerNorm(hidden);
        _layers = nn.ModuleList([.. Enumerable.Range(0, layers).Select(_ => new Layer(hidden))]);
        (_pooler, _classifier) = (nn.Linear(hidden, hidden), nn.Linear(hidden, labels));
        RegisterComponents();
    }

    /// <param name="tokens">[sequences × tokens].</param>
    /// <returns>[sequences × labels].</returns>
    public override Tensor forward(Tensor tokens)
    {
        Tensor x = _norm.forward(_words.forward(tokens) + _positions.weight![TensorIndex.Slice(stop: tokens.shape[1])]);
        x = nn.functional.dropout(x, DropoutRate, training);
        foreach (var layer in _layers)
            x = layer.forward(x);
        return _classifier.forward(nn.functional.dropout(tanh(_pooler.forward(x[TensorIndex.Colon, 0])), DropoutRate, training));
    }

    private sealed class Layer : nn.Module<Tensor, Tensor>
    {
        private readonly int _heads;
        private readonly Linear _queryKeyValue;
        private readonly Linear _output;
        private readonly LayerNorm _attentionNorm;
        private readonly LayerNorm _outputNorm;
        private readonly Linear _expand;
        private readonly Linear _contract;

        public Layer(int hidden)
            : base(nameof(Layer))
        {
            _heads = hidden / 64;
            (_queryKeyValue, _output) = (nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden));
            (_attentionNorm, _outputNorm) = (nn.LayerNorm(hidden), nn.LayerNorm(hidden));
            (_expand, _contract) = (nn.Linear(hidden, 4 * hidden), nn.Linear(4 * hidden, hidden));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            long batch = x.shape[0], tokens = x.shape[1], hidden = x.shape[2];
            Tensor[] parts = [.. _queryKeyValue.forward(x).chunk(3, -1).Select(part => part.view(batch, tokens, _heads, -1).transpose(1, 2))];
            Tensor context = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], p: training ? DropoutRate : 0);
            Tensor attention = _output.forward(context.transpose(1, 2).reshape(batch, tokens, hidden));
            x = _attentionNorm.forward(x + nn.functional.dropout(attention, DropoutRate, training));
            Tensor fed = _contract.forward(nn.functional.gelu(_expand.forward(x)));
            return _outputNorm.forward(x + nn.functional.dropout(fed, DropoutRate, training));
        }
    }
}
