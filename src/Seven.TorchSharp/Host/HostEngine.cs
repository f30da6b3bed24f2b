using System.Runtime.InteropServices;
using Seven.Pruning;
using Seven.Reports;
using Seven.Weights;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Seven.TorchSharp.Host;

/// <summary>Pruning on the CPU: Seven.Core's fused code over the tensors' own memory.</summary>
internal sealed class HostEngine : IPruningEngine
{
    public HostEngine(IReadOnlyList<TorchWeight> selected, long modelParameters, PruningOptions options, PruningSchedule schedule)
    {
        Weights = selected;
        FindMemory();
        Pruner = new Pruner(selected, modelParameters, options, schedule);
        Parts = [.. selected.Select((weight, i) => new Part(weight, Pruner.Masks[i]))];
    }

    public ScheduleProgress Progress => Pruner.Progress;

    public IReadOnlyList<TorchWeight> Weights { get; }

    public IReadOnlyList<IPrunedPart> Parts { get; }

    public double Sparsity => Pruner.Sparsity;

    /// <summary>For tests: scores and masks.</summary>
    internal Pruner Pruner { get; }

    /// <summary>The pruner over the memory that the tensors have now.</summary>
    private Pruner OverMemory()
    {
        FindMemory();
        return Pruner;
    }

    public void MaskGradients() => OverMemory().MaskGradients();

    public bool Step() => OverMemory().Step();

    public bool EndEpoch() => OverMemory().EndEpoch();

    public bool Finish() => OverMemory().Finish();

    public PruningReport Report() => Pruner.Report();

    public void Save(string path) => Pruner.Save(path);

    public void Restore(string path) => OverMemory().Restore(path);

    public void Dispose()
    {
    }

    private void FindMemory()
    {
        foreach (var weight in Weights)
            weight.FindMemory();
    }

    /// <summary>One weight, with its mask.</summary>
    private sealed class Part(TorchWeight weight, PruningMask mask) : IPrunedPart
    {
        public Parameter Owner => weight.Owner;

        public long Start => weight.Start;

        public long Count => weight.Count;

        public void Mask(Tensor values) => mask.Apply(MemoryMarshal.Cast<byte, float>(values.bytes));
    }
}
