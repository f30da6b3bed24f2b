using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Training;
using Seven.Training.Engines;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Encoders;

/// <summary>Training by TorchSharp.</summary>
/// <param name="device">Where.</param>
/// <param name="mixedPrecision">Whether matrices are multiplied in bfloat16, with float32 weights beside.</param>
/// <param name="useTensors">Whether weights are pruned by tensor operations even on the CPU: how tests reach them without a GPU.</param>
internal class TorchBackend(Device device, bool mixedPrecision, bool useTensors = false) : TrainingBackend
{
    public override ITrainingEngine<TExample> NewEngine<TInput, TExample>(EncoderModel<TInput> model, IObjective<TExample> objective, FineTuningOptions options, int updates) =>
        new TorchEngine<TInput, TExample>(model, objective, options, updates, device, mixedPrecision, useTensors);
}

/// <summary>Training on an NVIDIA GPU. Seven.MLNet finds this type by its name.</summary>
/// <param name="gpu">The GPU's number, from 0.</param>
/// <param name="mixedPrecision">Whether matrices are multiplied in bfloat16.</param>
internal sealed class CudaBackend(int gpu, bool mixedPrecision) : TorchBackend(DeviceOf(gpu), mixedPrecision)
{
    /// <exception cref="InvalidOperationException">libtorch or the GPU is missing; the message names the package to add.</exception>
    private static Device DeviceOf(int gpu)
    {
        Libtorch.Require();
        return cuda.is_available() ? device($"cuda:{gpu}") : throw new InvalidOperationException(
            "Device is Cuda and no CUDA device is found; expected an NVIDIA GPU with its driver, and the package TorchSharp-cuda-windows (or TorchSharp-cuda-linux) "
            + "in the program, or Device = Cpu, which needs neither.");
    }
}
