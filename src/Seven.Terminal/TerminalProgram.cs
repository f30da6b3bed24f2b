using System.CommandLine;
using System.CommandLine.Invocation;
using Seven.Training;
using Spectre.Console;

namespace Seven.Terminal;

/// <summary>Runs commands: one line for each error, and an exit code that says whose fault it was.</summary>
public static class TerminalProgram
{
    /// <summary>A run that is stopped writes its checkpoint first.</summary>
    private static readonly TimeSpan s_longestStop = TimeSpan.FromMinutes(1);

    /// <summary>Standard error, so that standard output holds results alone and can be piped.</summary>
    public static IAnsiConsole Errors { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Parses a command line and runs what it asks for.</summary>
    /// <param name="command">The command, whose actions may throw.</param>
    /// <param name="args">The command line.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(RootCommand command, string[] args)
    {
        DescribedCommand.ShowExamples(command);
        var parsed = command.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            return ExitCode.WrongUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = s_longestStop });
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Cancelled;
        }
        catch (Exception exception) when (CodeOf(exception) is { } code)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return code;
        }
    }

    /// <summary>The exit code of an error that a user can do something about; <see langword="null"/> for one of the program's own.</summary>
    private static int? CodeOf(Exception exception) => exception switch
    {
        UsageException => ExitCode.WrongUsage,
        IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException or ArgumentException or FormatException or NotSupportedException
            or TrainingDivergedException => ExitCode.Failure,
        _ => null,
    };
}
