using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Seven.MLNet.MLNetInternals;

/// <summary>The environment behind ML.NET's catalogs.</summary>
internal static class Catalogs
{
    private static readonly InternalFeature<PropertyInfo> s_environment = new(
        "SevenPrune in ML.NET's catalogs", finder => finder.Property(finder.Type(typeof(TransformsCatalog).Assembly, "Microsoft.ML.Data.IInternalCatalog"), "Environment"));

    /// <summary>The environment of a catalog of transforms or of trainers.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <exception cref="NotSupportedException">ML.NET lacks the member.</exception>
    public static IHostEnvironment EnvironmentOf(object catalog) => (IHostEnvironment)s_environment.Members.GetValue(catalog)!;
}
