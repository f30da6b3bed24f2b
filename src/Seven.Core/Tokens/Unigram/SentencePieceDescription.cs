using Google.Protobuf;

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
    /// <param name="unknown">The number of the one that stands for what no piece has.</param>
    /// <param name="isMark">Whether a piece is a mark, which no text is divided into.</param>
    /// <param name="characterMap">What characters become; empty for themselves.</param>
    public static MemoryStream Write(IReadOnlyList<(string Piece, float Score)> pieces, int unknown, Func<int, bool> isMark, byte[] characterMap)
    {
        var description = new MemoryStream();
        using (var output = new CodedOutputStream(description, leaveOpen: true))
        {
            for (int i = 0; i < pieces.Count; i++)
                WriteMessage(output, 1, piece => WritePiece(piece, pieces[i], i == unknown ? PieceType.Unknown : isMark(i) ? PieceType.Control : PieceType.Normal));
            WriteMessage(output, 2, trainer => WriteTrainer(trainer, pieces, unknown, Enumerable.Range(0, pieces.Count).FirstOrDefault(i => i != unknown && isMark(i), unknown)));
            WriteMessage(output, 3, normalizer => WriteNormalizer(normalizer, characterMap));
        }

        description.Position = 0;
        return description;
    }

    private static void WritePiece(CodedOutputStream output, (string Piece, float Score) piece, PieceType type)
    {
        WriteText(output, 1, piece.Piece);
        output.WriteTag(2, WireFormat.WireType.Fixed32);
        output.WriteFloat(piece.Score);
        WriteNumber(output, 3, (int)type);
    }

    /// <summary>A unigram model. Its own marks before and after texts are not used, but must be named.</summary>
    private static void WriteTrainer(CodedOutputStream output, IReadOnlyList<(string Piece, float Score)> pieces, int unknown, int mark)
    {
        WriteNumber(output, 3, 1);
        WriteNumber(output, 4, pieces.Count);
        WriteNumber(output, 40, unknown);
        WriteNumber(output, 41, mark);
        WriteNumber(output, 42, mark);
        WriteNumber(output, 43, -1);
        WriteText(output, 45, pieces[unknown].Piece);
        WriteText(output, 46, pieces[mark].Piece);
        WriteText(output, 47, pieces[mark].Piece);
    }

    private static void WriteNormalizer(CodedOutputStream output, byte[] characterMap)
    {
        output.WriteTag(2, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(characterMap));
        // A mark before each word, spaces joined, and written as that mark.
        WriteNumber(output, 3, 1);
        WriteNumber(output, 4, 1);
        WriteNumber(output, 5, 1);
    }

    private static void WriteNumber(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }

    private static void WriteText(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void WriteMessage(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var message = new CodedOutputStream(bytes, leaveOpen: true))
            write(message);
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }
}
