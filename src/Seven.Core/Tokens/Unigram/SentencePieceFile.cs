using Microsoft.ML.Tokenizers;
using Seven.Encoders.Architectures;

namespace Seven.Tokens;

/// <summary>XLM-R's and CamemBERT's tokenizer out of <c>sentencepiece.bpe.model</c>.</summary>
internal static class SentencePieceFile
{
    /// <exception cref="InvalidDataException">The file is damaged or of another kind.</exception>
    public static UnigramTokenizer Read(string folder, SentencePieceNumbers numbers)
    {
        string path = Path.Combine(folder, TokenizerFiles.SentencePieces);
        using var bytes = new MemoryStream(File.ReadAllBytes(path));
        var pieces = Open(bytes, path);
        // White space before <mask>, the last token, is part of it, as in Hugging Face's XLM-R.
        AddedToken[] added =
        [
            new("<s>", numbers.Start), new("<pad>", SentencePieceNumbers.Padding), new("</s>", numbers.End), new("<unk>", SentencePieceNumbers.Unknown),
            new("<mask>", pieces.Vocabulary.Count + numbers.Offset, TakesSpaceBefore: true),
        ];
        return new UnigramTokenizer(pieces, numbers, TokenFrame.Roberta(numbers.Start, numbers.End), added, TokenizerFiles.Read(folder)) { HasSegments = false };
    }

    /// <summary>Reads SentencePiece's description of a model.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static SentencePieceTokenizer Open(MemoryStream bytes, string path)
    {
        try
        {
            var pieces = SentencePieceTokenizer.Create(bytes, addBeginningOfSentence: false, addEndOfSentence: false);
            // A model may say that it writes unknown characters as bytes, and have no pieces for these.
            pieces.EncodeToTokens("\ue000", out _, addBeginningOfSentence: false, addEndOfSentence: false);
            return pieces;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{path} is not a model of SentencePiece: {exception.Message}", exception);
        }
    }
}
