using System.Diagnostics;
using System.Text.Json;

namespace Seven.Cli.Tests;

/// <summary>The tool's program, as a shell starts it.</summary>
internal static class Tool
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "seven.exe" : "seven");

    /// <summary>Runs the tool to its end, at most a minute.</summary>
    public static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(60_000))
            process.Kill();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }

    /// <summary>The same for a call that must succeed.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public static string Check(params string[] arguments)
    {
        var (code, output, error) = Run(arguments);
        Assert.AreEqual(0, code, error);
        return output;
    }

    public static JsonElement Json(params string[] arguments) => JsonSerializer.Deserialize<JsonElement>(Check([.. arguments, "--json"]));

    public static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;

    /// <summary>Sends a signal, such as TERM: a shell in the background makes its programs ignore INT.</summary>
    public static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
