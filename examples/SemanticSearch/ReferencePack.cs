namespace SemanticSearch;

/// <summary>The documentation that comes with the SDK.</summary>
internal static class ReferencePack
{
    /// <summary>The folder of the newest reference pack of .NET.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static DirectoryInfo Find()
    {
        // …/shared/Microsoft.NETCore.App/<version>/ is where the runtime lies.
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var packs = new DirectoryInfo(Path.Combine(root, "packs", "Microsoft.NETCore.App.Ref"));
        return packs.Exists && packs.EnumerateDirectories("net*", SearchOption.AllDirectories).Where(folder => folder.EnumerateFiles("*.xml").Any()).MaxBy(folder => folder.FullName, StringComparer.Ordinal) is { } found
            ? found
            : throw new DirectoryNotFoundException($"There is no documentation below {packs}; expected the reference pack of an installed SDK, or a folder by --documentation.");
    }
}
