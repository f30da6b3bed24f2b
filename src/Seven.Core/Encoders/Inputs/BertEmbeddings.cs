using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Encoders.Inputs;

/// <summary>BERT's input: token, position and segment vectors summed, normalised, dropped out.</summary>
internal sealed class BertEmbeddings : IInputLayer<TokenizedText>
{
    private readonly BertConfiguration _shape;
    private readonly EmbeddingTable _words;
    private readonly EmbeddingTable _positions;
    private readonly EmbeddingTable _segments;
    private readonly LayerNormalization _norm;

    public BertEmbeddings(BertConfiguration shape, WeightInitializer initializer)
    {
        const string Prefix = "bert.embeddings";
        _shape = shape;
        _words = new EmbeddingTable($"{Prefix}.word_embeddings.weight", shape.VocabularySize, shape.HiddenSize, initializer);
        _positions = new EmbeddingTable($"{Prefix}.position_embeddings.weight", shape.MaximumTokens, shape.HiddenSize, initializer);
        _segments = new EmbeddingTable($"{Prefix}.token_type_embeddings.weight", shape.SegmentKinds, shape.HiddenSize, initializer);
        _norm = new LayerNormalization($"{Prefix}.LayerNorm", shape.HiddenSize, shape.NormEpsilon);
    }

    public IReadOnlyList<Parameter> Parameters =>
        [_words.Parameter, _positions.Parameter, _segments.Parameter, .. _norm.Parameters];

    public int Length(TokenizedText input) => Math.Min(input.Tokens.Count, _shape.MaximumTokens);

    public bool IsCut(TokenizedText input) => input.Tokens.Count > _shape.MaximumTokens;

    public SequenceLayout Layout(IReadOnlyList<TokenizedText> inputs)
    {
        foreach (var input in inputs)
            Check(input);
        bool[]? mask = inputs.Any(input => input.AttentionMask is not null)
            ? [.. inputs.SelectMany(input => (input.AttentionMask ?? Enumerable.Repeat(true, input.Tokens.Count)).Take(Length(input)))]
            : null;
        return new SequenceLayout([.. inputs.Select(Length)], mask);
    }

    public (Matrix Output, Backward Backward) Forward(IReadOnlyList<TokenizedText> inputs, SequenceLayout layout, Pass pass)
    {
        int[] words = Flatten(inputs, static (input, i) => input.Tokens[i], layout.Tokens);
        int[] positions = Flatten(inputs, static (_, i) => i, layout.Tokens);
        int[] segments = Flatten(inputs, static (input, i) => input.Segments?[i] ?? 0, layout.Tokens);

        Matrix sum = pass.Arena.Take(_shape.HiddenSize, layout.Tokens);
        sum.Clear();
        _words.AddTo(sum, words, pass.Workers);
        _positions.AddTo(sum, positions, pass.Workers);
        _segments.AddTo(sum, segments, pass.Workers);
        var (x, backwardOfNorm) = _norm.Forward(sum, pass);
        var dropout = pass.NextDropout(_shape.HiddenDropout);
        dropout.Apply(x, pass.Workers);
        return (x, dx =>
        {
            dropout.Apply(dx, pass.Workers);
            Matrix dSum = backwardOfNorm(dx);
            _words.AddGradient(dSum, words, pass.Workers);
            _positions.AddGradient(dSum, positions, pass.Workers);
            _segments.AddGradient(dSum, segments, pass.Workers);
            return dSum;
        }
        );
    }

    private int[] Flatten(IReadOnlyList<TokenizedText> inputs, Func<TokenizedText, int, int> entry, int tokens)
    {
        int[] flat = new int[tokens];
        int next = 0;
        foreach (var input in inputs)
            for (int i = 0; i < Length(input); i++)
                flat[next++] = entry(input, i);
        return flat;
    }

    private void Check(TokenizedText input)
    {
        if (input.Tokens.Count == 0)
            throw new ArgumentException("A text has no tokens; expected at least one, such as [CLS].");
        CheckEntries(input.Tokens, _words.Entries, "Token");
        if (input.Segments is { } segments)
        {
            Require.SameLength(segments.Count, input.Tokens.Count, nameof(input.Segments));
            CheckEntries(segments, _segments.Entries, "Segment");
        }

        if (input.AttentionMask is { } mask)
        {
            Require.SameLength(mask.Count, input.Tokens.Count, nameof(input.AttentionMask));
            if (!mask.Take(Length(input)).Contains(true))
                throw new ArgumentException("An attention mask hides every token of a text; expected at least one to be true.");
        }
    }

    private static void CheckEntries(IReadOnlyList<int> entries, int count, string what)
    {
        for (int i = 0; i < entries.Count; i++)
            if ((uint)entries[i] >= (uint)count)
                throw new ArgumentOutOfRangeException(
                    nameof(entries), $"{what} {entries[i]} at position {i} is not in the table; expected a number in [0, {count}).");
    }
}
