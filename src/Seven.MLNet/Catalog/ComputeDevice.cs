namespace Seven.MLNet;

/// <summary>What an encoder is trained by. It is scored by Seven.Core either way.</summary>
public enum ComputeDevice
{
    /// <summary>Seven.Core, on the processor, over kept weights alone where that is faster; needs no libtorch.</summary>
    Cpu,

    /// <summary>TorchSharp on an NVIDIA GPU; needs TorchSharp-cuda-windows or TorchSharp-cuda-linux in the program.</summary>
    Cuda,
}
