using Microsoft.ML.Runtime;
using Seven.MLNet.Internals;
using Seven.MLNet.Pipeline;
using Seven.TorchSharp.Encoders;
using Seven.Training.Engines;
using static TorchSharp.torch;

namespace Seven.MLNet.Encoders.Training;

/// <summary>What is checked before a GPU trains an encoder.</summary>
internal static class GpuPreparation
{
    /// <summary>What trains on the context's GPU, by default the first.</summary>
    /// <exception cref="InvalidOperationException">libtorch or the GPU is missing; the message names the package to add.</exception>
    public static IEngineFactory EnginesFor(IHostEnvironment environment, bool mixedPrecision)
    {
        FitPreparation.CheckLibtorch();
        if (!cuda.is_available())
            throw new InvalidOperationException(
                "Device is Cuda and no CUDA device is found; expected an NVIDIA GPU with its driver, and the package TorchSharp-cuda-windows (or TorchSharp-cuda-linux) "
                + "in the program, or Device = Cpu, which needs neither.");
        return new TorchEngines(device($"cuda:{MlNetInternals.Instance.DeviceOf(environment).Gpu ?? 0}"), mixedPrecision);
    }
}
