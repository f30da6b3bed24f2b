using System.CommandLine;
using Seven.Cli.Commands;
using Seven.Terminal;

var command = new RootCommand("Makes transformers small and fast, and shows what that costs.\n\n"
    + "  seven prune sentence-transformers/all-MiniLM-L6-v2 --data train.tsv --loss 1% --output small\n"
    + "  seven compare small --data test.tsv --precision float32 int8\n"
    + "  seven serve small\n\n"
    + "A MODEL is a Hugging Face folder (config.json, model.safetensors, the tokenizer's files), dense or compact, or a name on Hugging Face's hub.\n"
    + "Results go to standard output, as JSON with --json; progress goes to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped.")
{
    PruneCommand.New(), CompareCommand.New(), ConvertCommand.New(), InspectCommand.New(), ReportCommand.New(), ServeCommand.New(), CompletionCommand.New(),
};
return await TerminalProgram.Run(command, args);
