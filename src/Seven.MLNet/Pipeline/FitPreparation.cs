using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.Internals;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.MLNet.Pipeline;

/// <summary>What is checked before a fit.</summary>
internal static class FitPreparation
{
    /// <summary>Checks that libtorch is there, and a GPU if one was asked for.</summary>
    /// <exception cref="InvalidOperationException">One is missing; the message names the package to add.</exception>
    public static void CheckDevice(IHost host)
    {
        CheckLibtorch();
        var (gpu, cpuWillDo) = MlNetInternals.Instance.DeviceOf(host);
        if (gpu is not { } number || cuda.is_available())
            return;
        string message = $"MLContext.GpuDeviceId is {number} and no CUDA device is found; expected an NVIDIA GPU with its driver, and the package "
            + "TorchSharp-cuda-windows (or TorchSharp-cuda-linux) in place of libtorch-cpu";
        if (!cpuWillDo)
            throw new InvalidOperationException($"{message}, or MLContext.FallbackToCpu set.");
        using var channel = host.Start("SevenPrune");
        channel.Warning(MessageSensitivity.None, message + ". Training goes on on the CPU.");
    }

    /// <summary>The number of rows.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static long CountRows(IDataView rows)
    {
        long count = rows.GetRowCount() ?? 0;
        if (count == 0)
        {
            using var cursor = rows.GetRowCursor([]);
            while (cursor.MoveNext())
                count++;
        }

        return count > 0 ? count : throw new InvalidOperationException("The training set has no rows; expected at least one.");
    }

    /// <exception cref="InvalidOperationException">libtorch is missing; the message names the package to add.</exception>
    public static void CheckLibtorch()
    {
        try
        {
            InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception exception) when (exception is NotSupportedException or DllNotFoundException or TypeInitializationException)
        {
            throw new InvalidOperationException(
                "The native libtorch is missing; expected a reference to libtorch-cpu-win-x64, libtorch-cpu-linux-x64 or libtorch-cpu-osx-arm64 in version 2.2.1.1, "
                + "or to TorchSharp-cuda-windows or TorchSharp-cuda-linux in version 0.102.7, in the program's own project.", exception);
        }
    }
}
