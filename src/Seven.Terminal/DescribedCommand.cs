using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Seven.Terminal;

/// <summary>A command whose help ends with examples.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does, in a line.</param>
/// <param name="examples">Lines to copy, and what else its help should say.</param>
public sealed class DescribedCommand(string name, string description, string examples) : Command(name, description)
{
    /// <summary>Lines to copy, and what else the command's help should say.</summary>
    public string Examples => examples;

    /// <summary>Makes the help of a program's commands end with their examples.</summary>
    /// <param name="root">The program.</param>
    internal static void ShowExamples(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            int code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is DescribedCommand { Examples: var examples })
                parseResult.InvocationConfiguration.Output.WriteLine($"Examples:\n  {examples.Replace("\n", "\n  ", StringComparison.Ordinal)}\n");
            return code;
        }
    }
}
