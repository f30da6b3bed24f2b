using Spectre.Console;

namespace Seven.Terminal;

/// <summary>The output folder of a program, which is not overwritten unless the user asks for it.</summary>
public static class OutputFolder
{
    /// <summary>Makes sure that a folder or file may be written.</summary>
    /// <remarks>Where somebody sits at the terminal they are asked; elsewhere, as in scripts, the call is refused.</remarks>
    /// <param name="path">The folder or file.</param>
    /// <param name="mayOverwrite">Whether the user has said that what is there may go.</param>
    /// <exception cref="UsageException">Something is there, and may stay.</exception>
    public static void Claim(string path, bool mayOverwrite)
    {
        string? found = File.Exists(path) ? "a file"
            : Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Take(1000).Count() is > 0 and var count ? $"a folder with {count} {(count == 1 ? "entry" : "entries")}"
            : null;
        if (found is null || mayOverwrite)
            return;
        bool isAsked = TerminalProgram.Errors.Profile.Capabilities.Interactive && !Console.IsInputRedirected;
        if (!isAsked || !TerminalProgram.Errors.Confirm(Markup.Escape($"{path} is there already, {found}. Overwrite it?"), defaultValue: false))
            throw new UsageException($"{path} is there already, {found}; expected a place that is free, or --overwrite.");
    }
}
