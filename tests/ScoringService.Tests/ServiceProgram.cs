using System.Diagnostics;

namespace ScoringService.Tests;

/// <summary>The service's program, beside the tests'.</summary>
internal static class ServiceProgram
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "ScoringService.exe" : "ScoringService");

    /// <summary>Runs the program to its end.</summary>
    /// <returns>The exit code, and what it wrote to the error stream.</returns>
    public static (int Code, string Error) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var ended = process.WaitForExitAsync();
        // A program that should have refused to start, and serves.
        if (!ended.Wait(TimeSpan.FromSeconds(30)))
            process.Kill();
        process.WaitForExit();
        string error = errors.Result;
        return (process.ExitCode, error + (error.Length == 0 ? output.Result : ""));
    }

    /// <summary>Asks a process to stop, as a service manager does it.</summary>
    public static void Terminate(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
