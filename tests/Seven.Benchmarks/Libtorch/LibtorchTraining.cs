using static TorchSharp.torch;

namespace Seven.Benchmarks.Libtorch;

/// <summary>Dense training with libtorch: forward, backward and AdamW.</summary>
internal sealed class LibtorchTraining : IDisposable
{
    private readonly LibtorchBert _model;
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor _tokens;
    private readonly Tensor _labels;

    public LibtorchTraining(int layers, int hidden, int batch, int tokens, int labels)
    {
        random.manual_seed(1);
        _model = new LibtorchBert(layers, hidden, tokens, labels);
        _model.train();
        _optimizer = optim.AdamW(_model.parameters(), 1e-4);
        _tokens = randint(0, BenchmarkModel.Vocabulary, [batch, tokens], ScalarType.Int64);
        _labels = randint(0, labels, [batch], ScalarType.Int64);
    }

    public void Step()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        nn.functional.cross_entropy(_model.forward(_tokens), _labels).backward();
        _optimizer.step();
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _labels.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
    }
}
