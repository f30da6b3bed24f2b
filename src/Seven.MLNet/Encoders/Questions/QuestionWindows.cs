using Seven.Encoders;

namespace Seven.MLNet.Encoders.Questions;

/// <summary>A question and its context, read in one or several windows.</summary>
/// <param name="Context">The context as it is.</param>
/// <param name="Windows">Each the question and a part of the context.</param>
internal sealed record QuestionWindows(string Context, IReadOnlyList<QuestionWindow> Windows);

/// <summary>[CLS] question [SEP] part of the context [SEP].</summary>
/// <param name="Text">The tokens.</param>
/// <param name="FirstPlace">The position of the context's first token in it.</param>
/// <param name="Places">The range in the context of each of its tokens.</param>
internal sealed record QuestionWindow(TokenizedText Text, int FirstPlace, IReadOnlyList<Range> Places)
{
    /// <summary>The positions of an answer's first and last token; <see langword="null"/> if the whole answer does not occur in this window.</summary>
    /// <param name="answer">Its place in the context.</param>
    public (int Start, int End)? Find(Range answer)
    {
        int first = -1, last = -1;
        for (int i = 0; i < Places.Count; i++)
        {
            if (Places[i].Start.Value < answer.End.Value && answer.Start.Value < Places[i].End.Value)
                (first, last) = (first < 0 ? i : first, i);
        }

        bool isWhole = first >= 0 && Places[first].Start.Value <= answer.Start.Value && answer.End.Value <= Places[last].End.Value;
        return isWhole ? (FirstPlace + first, FirstPlace + last) : null;
    }
}
