using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tests;

/// <summary>A small network with all kinds of layers, and batches to train it on.</summary>
internal sealed class TestTask : nn.Module<Tensor, Tensor>
{
    private const int Words = 50;

    /// <summary>A multiple of 16: libtorch 2.10's convolutions of other widths read uninitialized memory on CPUs with AVX-512, and a NaN that an earlier test left
    /// there becomes one in the output.</summary>
    private const int Width = 32;

    private readonly Embedding embedding = nn.Embedding(Words, Width);
    private readonly Conv1d conv = nn.Conv1d(Width, Width, 3, padding: 1);
    private readonly LayerNorm norm = nn.LayerNorm(Width);
    private readonly TransformerEncoderLayer encoder = nn.TransformerEncoderLayer(Width, 4, 32, 0);
    private readonly Linear dense = nn.Linear(Width, Width);
    private readonly Linear classifier = nn.Linear(Width, 2);

    public TestTask(Device device)
        : base(nameof(TestTask))
    {
        RegisterComponents();
        this.to(device);
    }

    /// <summary>The same weights each time.</summary>
    public static TestTask Seeded(Device device)
    {
        random.manual_seed(3);
        return new TestTask(device);
    }

    public override Tensor forward(Tensor tokens)
    {
        var x = embedding.forward(tokens);
        x = norm.forward(conv.forward(x.transpose(1, 2)).transpose(1, 2));
        x = encoder.forward(x.transpose(0, 1)).transpose(0, 1);
        return classifier.forward(dense.forward(x.mean([1L])).relu());
    }

    /// <summary>The gradients of one batch: whether the first token is in the upper half of the vocabulary.</summary>
    public void AddGradients(int batch)
    {
        using var scope = NewDisposeScope();
        var generator = new Random(batch);
        var tokens = tensor(Enumerable.Range(0, 16 * 8).Select(_ => (long)generator.Next(Words)).ToArray(), [16, 8]);
        var labels = tokens.select(1, 0).ge(Words / 2).to(ScalarType.Int64);
        var device = this.parameters().First().device;
        nn.functional.cross_entropy(forward(tokens.to(device)), labels.to(device)).backward();
    }

    public float[] Values(string name) => named_parameters().First(item => item.name == name).parameter.detach().cpu().contiguous().data<float>().ToArray();
}
