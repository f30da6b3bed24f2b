namespace Seven.MLNet;

/// <summary>Specifies the device that trains an encoder. Scoring is done by Seven.Core either way.</summary>
public enum ComputeDevice
{
    /// <summary>Seven.Core, on the processor, over kept weights alone where that is faster; needs no libtorch.</summary>
    Cpu,

    /// <summary>TorchSharp on an NVIDIA GPU; needs TorchSharp-cuda-windows or TorchSharp-cuda-linux in the program.</summary>
    Cuda,
}
