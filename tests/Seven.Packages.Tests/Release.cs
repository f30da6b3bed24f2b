using System.Text.Json;

namespace Seven.Packages.Tests;

/// <summary>The sources of the working tree in a repository of their own, as released: with a tag, and a remote on GitHub.</summary>
internal static class Release
{
    public const string Version = "9.8.7";

    /// <summary>The tool, whose package has a program in place of a library.</summary>
    public const string Tool = "Seven.Cli";

    private static readonly Lazy<string> s_sources = new(Copy);
    private static readonly Lazy<(string Folder, string Output)> s_packages = new(Pack);

    /// <summary>The repository.</summary>
    public static string Sources => s_sources.Value;

    /// <summary>The folder of packages.</summary>
    public static string Packages => s_packages.Value.Folder;

    /// <summary>What packing wrote.</summary>
    public static string Output => s_packages.Value.Output;

    /// <summary>The projects that are published, without those whose packages a machine may not have.</summary>
    public static string[] Projects { get; } = ["Seven.AspNetCore", "Seven.Core", "Seven.Extensions.AI", "Seven.Extensions.Hosting", "Seven.MLNet", "Seven.TorchSharp"];

    private static string Copy()
    {
        string original = Path.GetFullPath(Path.Combine(Seven.Tests.TestFolders.Tests, "..")), copy = Path.Combine(Seven.Tests.TestFolders.Temporary(), "sources");
        string[] files = Commands.Check(original, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        foreach (string file in files.Where(file => File.Exists(Path.Combine(original, file))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, file))!);
            File.Copy(Path.Combine(original, file), Path.Combine(copy, file));
        }

        Commands.Check(copy, "git", "init", "-q");
        Commands.Check(copy, "git", "add", "-A");
        Commands.Check(copy, "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "release");
        Commands.Check(copy, "git", "tag", $"v{Version}");
        Commands.Check(copy, "git", "remote", "add", "origin", "https://github.com/seven-mlnet/Seven.MLNet.git");
        return copy;
    }

    private static (string Folder, string Output) Pack()
    {
        string folder = Path.Combine(Sources, "artifacts"), filter = Path.Combine(Sources, "Packages.slnf");
        string[] paths = [.. Projects.Append(Tool).Select(project => Path.Combine("src", project, project + ".csproj"))];
        File.WriteAllText(filter, JsonSerializer.Serialize(new { solution = new { path = "Seven.MLNet.sln", projects = paths } }));
        return (folder, Commands.Check(Sources, "dotnet", "pack", "-c", "Release", filter, "-o", folder, "--disable-build-servers"));
    }
}
