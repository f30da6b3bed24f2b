using Seven.Formats;

namespace Seven.Tokens;

/// <summary>SentencePiece's own description of a model, <c>sentencepiece_model.proto</c>, as far as a tokenizer needs it.</summary>
internal static class SentencePieceDescription
{
    private enum PieceType
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
    }

    /// <param name="pieces">Pieces with their logarithmic probabilities, in the order of their numbers.</param>
    /// <param name="unknown">The number of the piece for unknown characters.</param>
    /// <param name="isMark">Whether a piece is a mark, which no text is divided into.</param>
    /// <param name="characterMap">What characters become; empty for themselves.</param>
    public static MemoryStream Write(IReadOnlyList<(string Piece, float Score)> pieces, int unknown, Func<int, bool> isMark, byte[] characterMap)
    {
        var description = new ProtoMessage();
        for (int i = 0; i < pieces.Count; i++)
        {
            var ((text, score), type) = (pieces[i], i == unknown ? PieceType.Unknown : isMark(i) ? PieceType.Control : PieceType.Normal);
            description.Message(1, piece =>
            {
                piece.Text(1, text);
                piece.Float(2, score);
                piece.Number(3, (int)type);
            });
        }

        int mark = Enumerable.Range(0, pieces.Count).FirstOrDefault(i => i != unknown && isMark(i), unknown);
        description.Message(2, trainer => WriteTrainer(trainer, pieces, unknown, mark));
        description.Message(3, normalizer => WriteNormalizer(normalizer, characterMap));
        var bytes = new MemoryStream();
        description.WriteTo(bytes);
        bytes.Position = 0;
        return bytes;
    }

    /// <summary>A unigram model. Its own marks before and after texts are not used, but must be named.</summary>
    private static void WriteTrainer(ProtoMessage trainer, IReadOnlyList<(string Piece, float Score)> pieces, int unknown, int mark)
    {
        foreach (var (field, number) in new[] { (3, 1), (4, pieces.Count), (40, unknown), (41, mark), (42, mark), (43, -1) })
            trainer.Number(field, number);
        foreach (var (field, piece) in new[] { (45, unknown), (46, mark), (47, mark) })
            trainer.Text(field, pieces[piece].Piece);
    }

    private static void WriteNormalizer(ProtoMessage normalizer, byte[] characterMap)
    {
        normalizer.Bytes(2, characterMap);
        // A mark before each word, spaces joined, and written as that mark.
        for (int field = 3; field <= 5; field++)
            normalizer.Number(field, 1);
    }
}
