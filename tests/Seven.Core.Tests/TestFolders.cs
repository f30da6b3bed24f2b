namespace Seven.Tests;

/// <summary>Where test inputs lie.</summary>
internal static class TestFolders
{
    public static string Tests { get; } = Path.Combine(Repository(), "tests");

    /// <summary>The golden cases in the repository, and those of the folder that SEVEN_GOLDEN names.</summary>
    public static IEnumerable<string> Golden =>
        new[] { Path.Combine(Tests, "golden"), Environment.GetEnvironmentVariable("SEVEN_GOLDEN") }
            .Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.GetFullPath(folder!)).Distinct();

    /// <summary>A real data set beside the repository; the test is skipped where it is not there.</summary>
    public static string Data(string name)
    {
        if (TryData(name) is { } folder)
            return folder;
        Assert.Inconclusive($"shared/data/{name} is not beside the repository; this test needs it.");
        return "";
    }

    /// <summary>The same; <see langword="null"/> where it is not there.</summary>
    public static string? TryData(string name)
    {
        string folder = Path.GetFullPath(Path.Combine(Tests, "..", "..", "shared", "data", name));
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>The folder of another project's program, built in the same configuration as this one.</summary>
    /// <param name="parent">The folder that holds the project's folder.</param>
    /// <param name="project">The project.</param>
    public static string ProgramOf(string parent, string project)
    {
        string configuration = Path.GetRelativePath(Path.Combine(Tests, typeof(TestFolders).Assembly.GetName().Name!, "bin"), AppContext.BaseDirectory);
        return Path.Combine(parent, project, "bin", configuration);
    }

    /// <summary>A new folder for one test's files.</summary>
    public static string Temporary() => Directory.CreateTempSubdirectory("seven-test-").FullName;

    /// <summary>The folder of the solution, above that of the test's program.</summary>
    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Seven.MLNet.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Seven.MLNet.sln.");
    }
}
