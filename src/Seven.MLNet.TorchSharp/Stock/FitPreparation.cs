using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.MLNetInternals;
using Seven.TorchSharp;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>Checks before a fit by one of ML.NET's trainers.</summary>
internal static class FitPreparation
{
    /// <summary>Checks that libtorch can be loaded, and that there is a GPU if one was asked for.</summary>
    /// <exception cref="InvalidOperationException">One is missing; the message names the package to add.</exception>
    public static void CheckDevice(IHost host)
    {
        Libtorch.Require();
        var (gpu, fallbackToCpu) = ContextSettings.DeviceOf(host);
        if (gpu is not { } number || cuda.is_available())
            return;
        string message = $"MLContext.GpuDeviceId is {number} and no CUDA device is found; expected an NVIDIA GPU with its driver, and the package "
            + "TorchSharp-cuda-windows (or TorchSharp-cuda-linux) in place of libtorch-cpu";
        if (!fallbackToCpu)
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
}
