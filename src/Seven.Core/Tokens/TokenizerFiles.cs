using Seven.Formats;

namespace Seven.Tokens;

/// <summary>The files of a folder that describe its tokenizer, byte for byte: a model that is saved elsewhere takes them along as they are.</summary>
internal sealed class TokenizerFiles
{
    public const string Whole = "tokenizer.json";
    public const string Settings = "tokenizer_config.json";
    public const string Pieces = "vocab.json";
    public const string Merges = "merges.txt";
    public const string SentencePieces = "sentencepiece.bpe.model";
    public const string WordPieces = "vocab.txt";

    /// <summary>All names that they may have.</summary>
    public static IReadOnlyList<string> Names { get; } = [Whole, WordPieces, Settings, "special_tokens_map.json", "added_tokens.json", Pieces, Merges, SentencePieces];

    private readonly IReadOnlyList<(string Name, byte[] Bytes)> _files;

    private TokenizerFiles(IReadOnlyList<(string Name, byte[] Bytes)> files) => _files = files;

    /// <summary>Reads those that are there.</summary>
    public static TokenizerFiles Read(string folder) => new(
    [
        .. Names.Where(name => File.Exists(Path.Combine(folder, name))).Select(name => (name, File.ReadAllBytes(Path.Combine(folder, name)))),
    ]);

    /// <summary>Writes them.</summary>
    public void Save(string folder)
    {
        foreach (var (name, bytes) in _files)
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(bytes));
    }
}
