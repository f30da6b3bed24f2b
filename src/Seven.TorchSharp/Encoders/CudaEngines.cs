using Seven.Training.Engines;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Encoders;

/// <summary>Training on NVIDIA GPUs. Seven.MLNet finds this type by its name.</summary>
internal sealed class CudaEngines : GpuEngines
{
    public override IEngineFactory On(int gpu, bool mixedPrecision)
    {
        Libtorch.Require();
        if (!cuda.is_available())
            throw new InvalidOperationException(
                "Device is Cuda and no CUDA device is found; expected an NVIDIA GPU with its driver, and the package TorchSharp-cuda-windows (or TorchSharp-cuda-linux) "
                + "in the program, or Device = Cpu, which needs neither.");
        return new TorchEngines(device($"cuda:{gpu}"), mixedPrecision);
    }
}
