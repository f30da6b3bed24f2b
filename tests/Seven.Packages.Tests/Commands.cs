using System.Diagnostics;

namespace Seven.Packages.Tests;

/// <summary>Runs programs as a user types them.</summary>
internal static class Commands
{
    /// <summary>Runs a program to its end.</summary>
    /// <returns>The exit code, and what it wrote.</returns>
    public static (int Code, string Output) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CI"] = "true";
        start.Environment["DOTNET_NOLOGO"] = "1";
        // What the test's own build has set is not for the builds here.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    /// <summary>The same for a program that must succeed.</summary>
    public static string Check(string folder, string program, params string[] arguments)
    {
        var (code, output) = Run(folder, program, arguments);
        Assert.AreEqual(0, code, $"{program} {string.Join(' ', arguments)}\n{output}");
        return output;
    }
}
