using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Seven.MLNet.MLNetInternals;

/// <summary>Reads the settings of an MLContext: seed, GPU, cancellation.</summary>
internal static class ContextSettings
{
    private static readonly InternalFeature<PropertyInfo> s_seed = new("The seed of an MLContext", finder => finder.Property(Environment(finder), "Seed"));

    private static readonly InternalFeature<Tuple<PropertyInfo, PropertyInfo>> s_device = new(
        "The GPU of an MLContext", finder => Tuple.Create(finder.Property(Environment(finder), "GpuDeviceId"), finder.Property(Environment(finder), "FallbackToCpu")));

    private static readonly InternalFeature<PropertyInfo> s_isCancelled = new(
        "Cancelling the executions of an MLContext", finder => finder.Property(finder.Type(typeof(SchemaShape).Assembly, "Microsoft.ML.Runtime.ICancelable"), "IsCanceled"));

    /// <summary>The seed, if one was given.</summary>
    /// <exception cref="NotSupportedException">ML.NET lacks the member.</exception>
    public static int? SeedOf(IHostEnvironment environment) => (int?)s_seed.Members.GetValue(environment);

    /// <summary>The GPU that was asked for, if one was, and whether the CPU may be used in its place.</summary>
    /// <exception cref="NotSupportedException">ML.NET lacks the member.</exception>
    public static (int? Gpu, bool FallbackToCpu) DeviceOf(IHostEnvironment environment)
    {
        var (gpu, fallback) = s_device.Members;
        return ((int?)gpu.GetValue(environment), (bool)fallback.GetValue(environment)!);
    }

    /// <summary>Whether the context's executions were cancelled; always <see langword="false"/> with a version of ML.NET that does not say.</summary>
    public static bool IsCancelled(IHostEnvironment environment) =>
        s_isCancelled.IsAvailable && s_isCancelled.Members is var member && member.DeclaringType!.IsInstanceOfType(environment) && (bool)member.GetValue(environment)!;

    private static Type Environment(MemberFinder finder) => finder.Type(typeof(SchemaShape).Assembly, "Microsoft.ML.Runtime.IHostEnvironmentInternal");
}
