namespace Seven.Tokens;

/// <summary>The special tokens around a model's input: a text between marks, or two texts between and around marks.</summary>
/// <param name="Single">The marks and the place of a text.</param>
/// <param name="Pair">The marks and the places of two texts.</param>
internal sealed record TokenFrame(IReadOnlyList<FramePart> Single, IReadOnlyList<FramePart> Pair)
{
    /// <summary>Marks around one text.</summary>
    public int SingleMarks => Single.Count - 1;

    /// <summary>Marks around and between two texts.</summary>
    public int PairMarks => Pair.Count - 2;

    /// <summary>BERT's: <c>[CLS] A [SEP] B [SEP]</c>, where B is the second segment.</summary>
    public static TokenFrame Bert(int start, int end) => new(
        [FramePart.Mark(start), FramePart.Text(0), FramePart.Mark(end)],
        [FramePart.Mark(start), FramePart.Text(0), FramePart.Mark(end), FramePart.Text(1, segment: 1), FramePart.Mark(end, segment: 1)]);

    /// <summary>RoBERTa's: <c>&lt;s&gt; A &lt;/s&gt; &lt;/s&gt; B &lt;/s&gt;</c>, all one segment.</summary>
    public static TokenFrame Roberta(int start, int end) => new(
        [FramePart.Mark(start), FramePart.Text(0), FramePart.Mark(end)],
        [FramePart.Mark(start), FramePart.Text(0), FramePart.Mark(end), FramePart.Mark(end), FramePart.Text(1), FramePart.Mark(end)]);

    /// <summary>One text between its marks, cut to a length.</summary>
    public int[] Join(IReadOnlyList<int> text, int maximum)
    {
        int length = Math.Min(text.Count, Room(maximum, SingleMarks));
        var tokens = new int[length + SingleMarks];
        Fill(Single, tokens, segments: null, text, length, [], 0);
        return tokens;
    }

    /// <summary>Two texts between their marks, of which the longer one is cut first.</summary>
    public (int[] Tokens, int[] Segments) Join(IReadOnlyList<int> first, IReadOnlyList<int> second, int maximum)
    {
        int room = Room(maximum, PairMarks);
        int firstLength = Math.Min(first.Count, Math.Max(room - second.Count, (room + 1) / 2));
        int secondLength = Math.Min(second.Count, room - firstLength);
        var tokens = new int[firstLength + secondLength + PairMarks];
        var segments = new int[tokens.Length];
        Fill(Pair, tokens, segments, first, firstLength, second, secondLength);
        return (tokens, segments);
    }

    /// <summary>The place of the second text's first token.</summary>
    /// <param name="firstLength">Tokens of the first text.</param>
    public int SecondStart(int firstLength) => Pair.TakeWhile(part => part.TextNumber != 1).Sum(part => part.IsMark ? 1 : firstLength);

    private static int Room(int maximum, int marks) => maximum >= marks
        ? maximum - marks
        : throw new ArgumentOutOfRangeException(nameof(maximum), $"A text may have {maximum} tokens, of which {marks} are marks around it; expected at least {marks}.");

    private static void Fill(IReadOnlyList<FramePart> parts, int[] tokens, int[]? segments, IReadOnlyList<int> first, int firstLength, IReadOnlyList<int> second, int secondLength)
    {
        int place = 0;
        foreach (var part in parts)
        {
            var (text, length) = part.TextNumber == 0 ? (first, firstLength) : (second, secondLength);
            int count = part.IsMark ? 1 : length;
            for (int i = 0; i < count; i++)
                tokens[place + i] = part.IsMark ? part.Token : text[i];
            segments?.AsSpan(place, count).Fill(part.Segment);
            place += count;
        }
    }
}

/// <summary>A mark, or the place of a text.</summary>
/// <param name="Token">The mark's token.</param>
/// <param name="TextNumber">The text, 0 or 1; -1 for a mark.</param>
/// <param name="Segment">The segment of its tokens.</param>
internal readonly record struct FramePart(int Token, int TextNumber, int Segment)
{
    public bool IsMark => TextNumber < 0;

    public static FramePart Mark(int token, int segment = 0) => new(token, -1, segment);

    public static FramePart Text(int number, int segment = 0) => new(-1, number, segment);
}
