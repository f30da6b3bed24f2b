using Seven.Encoders;

namespace Seven.MLNet.Encoders.Tagging;

/// <summary>A text whose words are labeled.</summary>
/// <param name="Text">The text.</param>
/// <param name="Words">The places of its words.</param>
/// <param name="Tokens">The tokens.</param>
/// <param name="FirstTokens">For each word the position of its first token, whose label is the word's; -1 for a word that was cut off or has no token.</param>
internal sealed record TaggedWords(string Text, IReadOnlyList<Range> Words, TokenizedText Tokens, IReadOnlyList<int> FirstTokens);

/// <summary>The labels of a text's words, and the spans that they mark.</summary>
/// <param name="Labels">For each word the number of its label; -1 where there is none.</param>
/// <param name="Spans">The spans in their order, each with its kind.</param>
internal sealed record FoundSpans(IReadOnlyList<int> Labels, IReadOnlyList<(string Text, string Kind)> Spans);
