using Seven.Pruning;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tests;

/// <summary>The three ways in which a module is pruned.</summary>
public enum Way
{
    /// <summary>On the CPU, over the tensors' memory.</summary>
    Host,

    /// <summary>By tensor operations on the CPU: the operations of the GPU without one.</summary>
    Tensors,

    /// <summary>By tensor operations on the GPU.</summary>
    Cuda,
}

internal static class Devices
{
    /// <summary>The device of a way; the test is skipped where it is not there.</summary>
    public static Device Of(Way way)
    {
        if (way == Way.Cuda && !cuda.is_available())
            Assert.Inconclusive("There is no CUDA device here; this test needs one.");
        return way == Way.Cuda ? CUDA : CPU;
    }

    public static TorchPruner Prune(this nn.Module module, Way way, PruningOptions options, PruningSchedule schedule) =>
        new(module, options, schedule, head: null, useTensors: way != Way.Host);
}
