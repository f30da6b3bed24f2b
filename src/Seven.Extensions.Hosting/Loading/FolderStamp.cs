using System.Globalization;

namespace Seven.Extensions.Hosting.Loading;

/// <summary>Names, sizes and times of a folder's files, by which a change is seen.</summary>
/// <remarks>A folder that is a link counts with its target, so that a link set to another version is a change.</remarks>
internal sealed record FolderStamp(string Text)
{
    /// <exception cref="IOException">The folder is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static FolderStamp Of(string folder)
    {
        var directory = new DirectoryInfo(folder);
        var target = directory.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo ?? directory;
        var files = target.EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.FullName}|{LengthOf(file)}|{file.LastWriteTimeUtc.Ticks}"))
            .Order(StringComparer.Ordinal);
        return new FolderStamp(string.Join('\n', files));
    }

    /// <summary>The size of a file, or of that which a link leads to, as files of the hub's cache are.</summary>
    private static long LengthOf(FileInfo file) => (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
}
