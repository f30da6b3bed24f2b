namespace Seven.Terminal;

/// <summary>Exit codes.</summary>
public static class ExitCode
{
    /// <summary>The work was done.</summary>
    public const int Success = 0;

    /// <summary>The work has failed.</summary>
    public const int Failure = 1;

    /// <summary>The program was called in a wrong way; nothing was done.</summary>
    public const int WrongUsage = 2;

    /// <summary>The user has stopped it, as shells say it of Ctrl+C.</summary>
    public const int Cancelled = 130;
}

/// <summary>A program was called in a wrong way.</summary>
/// <param name="message">What was found, and what was expected.</param>
public sealed class UsageException(string message) : Exception(message);
