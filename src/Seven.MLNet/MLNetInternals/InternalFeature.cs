using System.Reflection;
using Microsoft.ML;

namespace Seven.MLNet.MLNetInternals;

/// <summary>Members of ML.NET that are not public and that one feature needs. They are looked up at first use, so a version of ML.NET that lacks one
/// loses that feature only.</summary>
/// <typeparam name="TMembers">The members.</typeparam>
/// <param name="feature">The feature, as the subject of an error message.</param>
/// <param name="tested">The versions that the feature was tested with.</param>
/// <param name="find">Looks the members up.</param>
internal sealed class InternalFeature<TMembers>(string feature, string tested, Func<MemberFinder, TMembers> find)
    where TMembers : class
{
    private readonly Lazy<(TMembers? Members, string? Error)> _found = new(() => Find(feature, tested, find));

    public InternalFeature(string feature, Func<MemberFinder, TMembers> find)
        : this(feature, "Microsoft.ML 5.0.1", find)
    {
    }

    /// <summary>The members.</summary>
    /// <exception cref="NotSupportedException">ML.NET lacks one. The message names the feature, the missing members, and the versions found and tested.</exception>
    public TMembers Members => _found.Value.Members ?? throw new NotSupportedException(_found.Value.Error);

    /// <summary>Whether ML.NET has all members.</summary>
    public bool IsAvailable => _found.Value.Members is not null;

    private static (TMembers? Members, string? Error) Find(string feature, string tested, Func<MemberFinder, TMembers> find)
    {
        var finder = new MemberFinder();
        var members = find(finder);
        if (finder.Missing.Count == 0)
            return (members, null);
        string versions = string.Join(", ", finder.Assemblies.Append(typeof(MLContext).Assembly).Distinct().Select(VersionOf).Order(StringComparer.Ordinal));
        return (null, $"{feature} is not available: found are {versions}, which lack {string.Join("; ", finder.Missing)}; expected {tested}, with which it was tested.");
    }

    private static string VersionOf(Assembly assembly)
    {
        string? version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        return $"{assembly.GetName().Name} {version ?? assembly.GetName().Version?.ToString()}";
    }
}
