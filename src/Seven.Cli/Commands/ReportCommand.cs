using System.CommandLine;
using System.Diagnostics;
using Seven.Hub;
using Seven.Reports;
using Seven.Terminal;

namespace Seven.Cli.Commands;

/// <summary><c>seven report</c>.</summary>
internal static class ReportCommand
{
    public static Command New()
    {
        var models = Common.Models("Models that 'seven prune' wrote; of others, what their weights tell.");
        var output = new Option<string?>("--output", "-o") { Description = "The page. Default: report.html in the folder of the first model.", HelpName = "FILE" };
        var noOpen = new Option<bool>("--no-open") { Description = "Write the page, and do not open it." };
        var overwrite = Common.Overwrite();
        var command = new DescribedCommand("report", "Shows what runs did, as a page: quality against sparsity, time and size; sparsity of each layer; weights, scores and the course of training.", "seven report small") { models, output, noOpen, overwrite };
        command.SetAction(parsed =>
        {
            string[] folders = [.. parsed.GetRequiredValue(models).Select(model => ModelHub.FolderOf(model))];
            string page = parsed.GetValue(output) ?? Path.Combine(folders[0], "report.html");
            // The page in a model's own folder is made from what lies beside it.
            if (parsed.GetValue(output) is not null)
                OutputFolder.Claim(page, parsed.GetValue(overwrite));
            ReportPage.Save([.. folders.Select(folder => (Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), ReportFolder.Read(folder)))], page);
            Console.WriteLine(Path.GetFullPath(page));
            if (!parsed.GetValue(noOpen) && !Console.IsOutputRedirected)
                Open(page);
        });
        return command;
    }

    /// <summary>Opens the page with the system's default program. Without one, the printed name has to do.</summary>
    private static void Open(string page)
    {
        try
        {
            using var browser = OperatingSystem.IsWindows() ? Process.Start(new ProcessStartInfo(Path.GetFullPath(page)) { UseShellExecute = true })
                : Process.Start(new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [Path.GetFullPath(page)]) { RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine("No browser was found; open the page by its name.");
        }
    }
}
