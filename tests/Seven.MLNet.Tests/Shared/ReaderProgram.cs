using System.Diagnostics;
using Seven.Tests;

namespace Seven.MLNet.Tests;

/// <summary>Loads a saved model and scores rows in a process of its own.</summary>
internal static class ReaderProgram
{
    /// <summary>The lines that a reader's program prints.</summary>
    /// <param name="reader">The program's project.</param>
    /// <param name="arguments">The model, the rows, and more.</param>
    public static string[] Run(string reader, params string[] arguments)
    {
        // The reader's own folder: that of ModelReader holds nothing of this project.
        string folder = TestFolders.ProgramOf(TestFolders.Tests, reader);
        if (reader == "ModelReader")
            Assert.IsEmpty(Directory.EnumerateFiles(folder, "Seven.*"));
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(folder, reader + ".dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
