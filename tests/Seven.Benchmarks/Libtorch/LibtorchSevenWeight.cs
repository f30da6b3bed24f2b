using static TorchSharp.torch;

namespace Seven.Benchmarks.Libtorch;

/// <summary>A weight matrix that is pruned op by op, as a user would write SEVEN over tensors.</summary>
internal sealed class LibtorchSevenWeight(long[] shape)
{
    /// <summary>The pruning step that is measured.</summary>
    public const int Step = 5;

    private const double GradientDecay = 0.8;
    private const double DeviationDecay = 0.9;

    private readonly Tensor _weight = randn(shape) * 0.05;
    private readonly Tensor _gradient = randn(shape) * 0.001;
    private readonly Tensor _mean = zeros(shape);
    private readonly Tensor _squares = zeros(shape);

    public Tensor Scores { get; } = zeros(shape);

    public void Update()
    {
        Tensor size = _gradient.abs();
        _mean.mul_(GradientDecay).add_(size, alpha: 1 - GradientDecay);
        _squares.mul_(DeviationDecay).addcmul_(size, size, 1 - DeviationDecay);
        Tensor mean = _mean / (1 - Math.Pow(GradientDecay, Step + 1));
        Tensor deviation = (_squares / (1 - Math.Pow(DeviationDecay, Step + 1))).sqrt_().add_(1e-9);
        Scores.add_((_weight * size * mean / deviation).abs_());
    }

    public void Prune(Tensor threshold)
    {
        Tensor mask = Scores >= threshold;
        _weight.mul_(mask);
        Scores.mul_(mask);
    }
}
