using Seven.Encoders;
using Seven.Encoders.Architectures;

namespace Seven.Tokens;

/// <summary>The tokenizer that a Hugging Face folder describes.</summary>
internal static class TokenizerFolder
{
    private const string Expected = "tokenizer.json, vocab.txt, vocab.json beside merges.txt, or sentencepiece.bpe.model";

    /// <summary>Whether a folder has a vocabulary.</summary>
    public static bool IsIn(string folder) =>
        ((string[])[TokenizerFiles.Whole, TokenizerFiles.WordPieces, TokenizerFiles.Pieces, TokenizerFiles.SentencePieces]).Any(name => File.Exists(Path.Combine(folder, name)));

    /// <summary>Reads it: <c>tokenizer.json</c> where there is one, else the files of its kind.</summary>
    /// <param name="folder">The Hugging Face folder.</param>
    /// <param name="shape">The network that reads the tokens.</param>
    /// <exception cref="FileNotFoundException">There is no vocabulary.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or of a kind that is not known here, or the network has not a vector for each token.</exception>
    public static TextTokenizer Read(string folder, TextConfiguration shape)
    {
        var tokenizer = Read(folder, shape.Architecture.SentencePieces, shape.HasSegments && shape.SegmentKinds > 1);
        tokenizer.CheckFits(shape, folder);
        return tokenizer;
    }

    private static TextTokenizer Read(string folder, SentencePieceNumbers numbers, bool hasSegments)
    {
        string whole = Path.Combine(folder, TokenizerFiles.Whole);
        if (File.Exists(whole))
            return TokenizerJson.Read(whole, json => Read(json, folder, hasSegments));
        if (File.Exists(Path.Combine(folder, TokenizerFiles.WordPieces)))
            return new WordPieceTokenizer(Vocabulary.FromFolder(folder)) { HasSegments = hasSegments };
        if (File.Exists(Path.Combine(folder, TokenizerFiles.Pieces)))
            return BytePairFiles.Read(folder, hasSegments);
        string pieces = Path.Combine(folder, TokenizerFiles.SentencePieces);
        return File.Exists(pieces)
            ? SentencePieceFile.Read(folder, numbers)
            : throw new FileNotFoundException($"{folder} has no vocabulary; expected {Expected}, as Hugging Face's folders have.", whole);
    }

    private static TextTokenizer Read(TokenizerJson json, string folder, bool hasSegments)
    {
        var model = json.Required("model");
        var added = AddedTokensJson.Read(json);
        var files = TokenizerFiles.Read(folder);
        return model.Type switch
        {
            "WordPiece" => WordPieceJson.Read(json, folder, added, files, hasSegments),
            "BPE" => BytePairJson.Read(json, added, files, hasSegments),
            "Unigram" => UnigramJson.Read(json, added, files, hasSegments),
            _ => throw new InvalidDataException($"{json.Path}: the model's type is {model.Type}; expected WordPiece, BPE or Unigram."),
        };
    }
}
