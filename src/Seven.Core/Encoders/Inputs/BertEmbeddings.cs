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

    public InputBatch<TokenizedText> NewBatch() => new TokenBatch(_shape);

    public (Matrix Output, Backward Backward) Forward(InputBatch<TokenizedText> batch, Pass pass)
    {
        var tokens = (TokenBatch)batch;
        var (x, backwardOfNorm) = _norm.Forward(Sum(tokens, pass), pass);
        var dropout = pass.NextDropout(_shape.HiddenDropout);
        dropout.Apply(x, pass.Workers);
        return (x, dx =>
        {
            dropout.Apply(dx, pass.Workers);
            Matrix dSum = backwardOfNorm(dx);
            _words.AddGradient(dSum, tokens.Words, pass.Workers);
            _positions.AddGradient(dSum, tokens.Positions, pass.Workers);
            _segments.AddGradient(dSum, tokens.Segments, pass.Workers);
            return dSum;
        }
        );
    }

    public Matrix Score(InputBatch<TokenizedText> batch, Pass pass)
    {
        Matrix x = Sum((TokenBatch)batch, pass);
        _norm.Score(x, x, pass);
        return x;
    }

    private Matrix Sum(TokenBatch tokens, Pass pass)
    {
        Matrix sum = pass.Arena.Take(_shape.HiddenSize, tokens.Layout.Tokens);
        sum.Clear();
        _words.AddTo(sum, tokens.Words, pass.Workers);
        _positions.AddTo(sum, tokens.Positions, pass.Workers);
        _segments.AddTo(sum, tokens.Segments, pass.Workers);
        return sum;
    }
}
