using System.Reflection;
using Microsoft.ML.TorchSharp;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>Whether Microsoft.ML.TorchSharp and the loaded TorchSharp fit each other.</summary>
/// <remarks>TorchSharp 0.104 returns the same tensor from <c>torch.nn.init</c>, which a Microsoft.ML.TorchSharp compiled on an older one then disposes, and has
/// renamed parameters that it calls: all five trainers fail in the middle of their work.</remarks>
internal static class TorchSharpVersions
{
    private static readonly Version s_firstIncompatible = new(0, 104);

    /// <exception cref="NotSupportedException">Microsoft.ML.TorchSharp was compiled on a TorchSharp older than 0.104, and 0.104 or newer is loaded.</exception>
    public static void Check()
    {
        var stock = typeof(TorchSharpBaseTrainer).Assembly;
        var compiledOn = stock.GetReferencedAssemblies().First(assembly => assembly.Name == "TorchSharp").Version!;
        if (Conflict(VersionOf(stock), compiledOn, typeof(global::TorchSharp.torch).Assembly.GetName().Version!) is { } conflict)
            throw new NotSupportedException(conflict);
    }

    /// <summary>The conflict in words, with the remedy; <see langword="null"/> if there is none.</summary>
    /// <param name="stock">The version of Microsoft.ML.TorchSharp.</param>
    /// <param name="compiledOn">The TorchSharp that it was compiled on.</param>
    /// <param name="loaded">The TorchSharp that is loaded.</param>
    public static string? Conflict(string stock, Version compiledOn, Version loaded) => compiledOn < s_firstIncompatible && loaded >= s_firstIncompatible
        ? $"Microsoft.ML.TorchSharp {stock} was compiled on TorchSharp {compiledOn.ToString(3)}, and TorchSharp {loaded.ToString(3)} is loaded, with which its trainers fail; expected TorchSharp "
            + "0.102.7 or newer, but older than 0.104.0, in the program's own project: <PackageReference Include=\"TorchSharp\" Version=\"[0.102.7, 0.104.0)\" /> with libtorch-cpu 2.2.1.1."
        : null;

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version!.ToString(3);
}
