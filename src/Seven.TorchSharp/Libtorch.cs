using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.TorchSharp;

/// <summary>The native library under TorchSharp.</summary>
internal static class Libtorch
{
    private static readonly Lazy<string?> s_problem = new(FindProblem);

    /// <summary>Why libtorch cannot be used, in a sentence that names the package to add or the library that does not load; <see langword="null"/> where it can be used.</summary>
    public static string? Problem => s_problem.Value;

    /// <summary>Loads libtorch.</summary>
    /// <exception cref="InvalidOperationException">It is missing or cannot be loaded; the message says which.</exception>
    public static void Require()
    {
        if (Problem is { } problem)
            throw new InvalidOperationException(problem);
    }

    private static string? FindProblem()
    {
        try
        {
            InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        catch (Exception exception) when (exception is NotSupportedException or DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            return ProblemOfFile() ?? Missing();
        }
    }

    private static string Missing()
    {
        string system = OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";
        string version = typeof(global::TorchSharp.torch).Assembly.GetName().Version!.ToString(3);
        return $"The native libtorch is missing; expected a reference to libtorch-cpu-{system}, or to TorchSharp-cuda-windows or TorchSharp-cuda-linux, in the program's own project, "
            + $"in the version that TorchSharp {version} was built on (libtorch 2.2.1.1 for TorchSharp 0.102.7, 2.10.0 for 0.107.0).";
    }

    /// <summary>The loader's own words about TorchSharp's native library, where the file is there.</summary>
    private static string? ProblemOfFile()
    {
        string name = OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";
        if (Folders().Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is not { } path)
            return null;
        try
        {
            NativeLibrary.Free(NativeLibrary.Load(path));
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            string reason = string.Join(' ', exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            return $"{path} is there and cannot be loaded: {reason}";
        }
    }

    private static IEnumerable<string> Folders()
    {
        string assembly = Path.GetDirectoryName(typeof(Libtorch).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;
        string searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return [AppContext.BaseDirectory, assembly, .. searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native")];
    }
}
