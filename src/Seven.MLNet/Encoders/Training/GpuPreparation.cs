using Microsoft.ML.Runtime;
using Seven.MLNet.MLNetInternals;
using Seven.MLNet.Pipeline;
using Seven.Training.Engines;

namespace Seven.MLNet.Encoders.Training;

/// <summary>Training on GPUs, which the package Seven.TorchSharp brings. It is found by its assembly's name, so that programs without a GPU need neither TorchSharp nor libtorch.</summary>
internal static class GpuPreparation
{
    private const string Package = "Seven.TorchSharp";

    /// <summary>The backend that trains on the context's GPU, by default the first.</summary>
    /// <exception cref="InvalidOperationException">The package, libtorch or the GPU is missing; the message names the package to add.</exception>
    public static TrainingBackend BackendFor(IHostEnvironment environment, bool mixedPrecision) =>
        OptionalAssembly.Create<TrainingBackend>($"{Package}.Encoders.CudaBackend", Package, ContextSettings.DeviceOf(environment).Gpu ?? 0, mixedPrecision)
        ?? throw new InvalidOperationException(
            $"Device is Cuda and the package {Package} is missing; expected it in the program's own project beside TorchSharp-cuda-windows (or TorchSharp-cuda-linux), or Device = Cpu, which needs neither.");
}
