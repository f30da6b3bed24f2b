using Microsoft.ML.Runtime;
using Seven.MLNet.Encoders.Saving;

// ML.NET's own namespace, as its extensions have it: the methods are there wherever an MLContext is.
namespace Microsoft.ML;

/// <summary>Makes models with this project's encoders known to an MLContext.</summary>
public static class SevenComponentCatalog
{
    /// <summary>Lets this context load models that hold an encoder of Seven.MLNet. Call it once before <c>mlContext.Model.Load</c>; contexts that made such a
    /// trainer know already.</summary>
    /// <param name="catalog">The context's <c>ComponentCatalog</c>.</param>
    /// <example>
    /// <code>
    /// var mlContext = new MLContext();
    /// mlContext.ComponentCatalog.RegisterSeven();
    /// var model = mlContext.Model.Load("model.zip", out _);
    /// </code>
    /// </example>
    public static void RegisterSeven(this ComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.RegisterAssembly(EncoderLoader.Assembly);
    }
}
