using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.MLNetInternals;

namespace Seven.MLNet.Encoders.Saving;

/// <summary>The loader that ML.NET calls for an encoder in a saved model.</summary>
internal static class EncoderLoader
{
    /// <summary>The name under which models know it, at most 24 letters.</summary>
    public const string Name = "SevenEncoder";

    /// <summary>The assembly that a component catalog registers.</summary>
    public static LoaderAssembly Assembly { get; } = new(ModelFileMembers.Instance.LoadableClasses(typeof(EncoderLoader), Name));

    /// <summary>Found by ML.NET by its name and parameters.</summary>
    /// <param name="environment">The context that loads.</param>
    /// <param name="context">ML.NET's load context, whose type is not public.</param>
    public static ITransformer Create(IHostEnvironment environment, object context) => EncoderFile.Load(context);
}
