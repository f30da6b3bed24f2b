namespace Seven.Encoders.Architectures;

/// <summary>The numbering of the pieces of <c>sentencepiece.bpe.model</c> in a family: after a few tokens of its own.</summary>
/// <param name="Offset">What is added to a piece's number.</param>
/// <param name="Start">The mark before a text.</param>
/// <param name="End">The mark after it.</param>
/// <param name="UnknownPiece">The number of the piece for unknown characters.</param>
internal sealed record SentencePieceNumbers(int Offset, int Start, int End, int UnknownPiece = 0)
{
    /// <summary>fairseq's token of padding.</summary>
    public const int Padding = 1;

    /// <summary>fairseq's token of what no piece has.</summary>
    public const int Unknown = 3;

    /// <summary>XLM-R's numbers.</summary>
    public static SentencePieceNumbers XlmRoberta { get; } = new(Offset: 1, Start: 0, End: 2);

    /// <summary>The numbers as they are.</summary>
    public static SentencePieceNumbers Same(int unknown) => new(0, -1, -1, unknown);

    /// <summary>The token of a piece.</summary>
    public int Of(int piece) => piece == UnknownPiece && Offset > 0 ? Unknown : piece + Offset;
}
