using System.CommandLine;
using Seven.Terminal;

namespace Seven.Cli.Data;

/// <summary>The options that say what a file's columns hold.</summary>
internal sealed class DataOptions
{
    private readonly Option<string?> _text = new("--text-column") { Description = "Name of the column of texts. Default: text, sentence and the like." };
    private readonly Option<string?> _second = new("--second-column") { Description = "Name of the column of second texts, for pairs. Default: sentence2, text2 and the like." };
    private readonly Option<string?> _label = new("--label-column") { Description = "Name of the column of labels. Default: label, score and the like." };

    public IEnumerable<Option> All => [.. Texts, _label];

    /// <summary>Those of texts alone.</summary>
    public IEnumerable<Option> Texts => [_text, _second];

    public TextColumns ColumnsOf(ParseResult parsed) => new(parsed.GetValue(_text), parsed.GetValue(_second), parsed.GetValue(_label));

    /// <summary>A file of rows.</summary>
    public static Option<FileInfo?> File(string name, string description, bool isRequired = false) =>
        new Option<FileInfo?>(name) { Description = description, Required = isRequired, HelpName = "FILE" }.MustExist("a file of texts with tabs (.tsv), commas (.csv) or JSON lines (.jsonl)");
}
