using System.CommandLine;
using Seven.Terminal;

namespace Seven.Cli.Commands;

/// <summary><c>seven completion</c>.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _seven() {
          local IFS=$'\n'
          COMPREPLY=( $(compgen -W "$(seven "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") )
        }
        complete -o default -F _seven seven
        """;

    private const string Zsh = """
        _seven() {
          local suggestions=("${(@f)$(seven "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          compadd -a suggestions || _files
        }
        compdef _seven seven
        """;

    private const string Fish = """
        complete -c seven -a '(seven "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName seven -ScriptBlock {
          param($word, $line, $cursor)
          seven "[suggest:$cursor]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }
        """;

    public static Command New()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new DescribedCommand("completion", "Prints what makes a shell complete commands and options.", "bash: eval \"$(seven completion bash)\"\nPowerShell: seven completion pwsh | Out-String | Invoke-Expression") { shell };
        command.SetAction(parsed => Console.WriteLine(parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => PowerShell }));
        return command;
    }
}
