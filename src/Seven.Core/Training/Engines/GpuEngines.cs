namespace Seven.Training.Engines;

/// <summary>Training on GPUs. The package Seven.TorchSharp implements it, which this assembly does not reference: a program that trains on a GPU does.</summary>
internal abstract class GpuEngines
{
    /// <summary>Engines that train on a GPU.</summary>
    /// <param name="gpu">The GPU's number, from 0.</param>
    /// <param name="mixedPrecision">Whether matrices are multiplied in bfloat16.</param>
    /// <exception cref="InvalidOperationException">libtorch or the GPU is missing; the message names the package to add.</exception>
    public abstract IEngineFactory On(int gpu, bool mixedPrecision);
}
