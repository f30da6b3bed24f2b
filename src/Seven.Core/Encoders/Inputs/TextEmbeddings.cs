using Seven.Encoders.Layers;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Inputs;

/// <summary>The input of text encoders: token, position and, where there are any, segment vectors, summed, normalized, dropped out, and projected where they are of another size.</summary>
internal sealed class TextEmbeddings : IInputLayer<TokenizedText>
{
    private readonly TextConfiguration _shape;
    private readonly EmbeddingTable _words;
    private readonly EmbeddingTable? _positions;
    private readonly EmbeddingTable? _segments;
    private readonly LayerNormalization _norm;
    private readonly Linear? _projection;

    public TextEmbeddings(TextConfiguration shape, WeightInitializer initializer)
    {
        var names = shape.Names;
        int size = shape.VectorSize;
        _shape = shape;
        _words = new EmbeddingTable(names.Words, shape.VocabularySize, size, initializer);
        _positions = names.Positions is { } positions ? new EmbeddingTable(positions, shape.MaximumTokens + shape.FirstPosition, size, initializer) : null;
        _segments = names.Segments is { } segments ? new EmbeddingTable(segments, shape.SegmentKinds, size, initializer) : null;
        _norm = new LayerNormalization(names.Norm, size, shape.NormEpsilon, shape.Architecture.Layers.HasBiases);
        if (size != shape.HiddenSize)
            _projection = new Linear(size, initializer, ParameterKind.Linear, new Linear.Part(names.Projection!, shape.HiddenSize));
    }

    public IReadOnlyList<Parameter> Parameters =>
        [_words.Parameter, .. _positions is null ? [] : new[] { _positions.Parameter }, .. _segments is null ? [] : new[] { _segments.Parameter }, .. _norm.Parameters, .. _projection?.Parameters ?? []];

    public int Length(TokenizedText input) => Math.Min(input.Tokens.Count, _shape.MaximumTokens);

    public bool IsCut(TokenizedText input) => input.Tokens.Count > _shape.MaximumTokens;

    public InputBatch<TokenizedText> NewBatch() => new TokenBatch(_shape);

    public (Matrix Output, Backward Backward) Forward(InputBatch<TokenizedText> batch, Pass pass)
    {
        var tokens = (TokenBatch)batch;
        var (x, backwardOfNorm) = _norm.Forward(Sum(tokens, pass), pass);
        var dropout = pass.NextDropout(_shape.HiddenDropout);
        dropout.Apply(x, pass.Workers);
        return (_projection?.Forward(x, pass) ?? x, dx =>
        {
            if (_projection is not null)
            {
                _projection.AddParameterGradients(x, dx, pass);
                dx = _projection.InputGradient(dx, pass);
            }

            dropout.Apply(dx, pass.Workers);
            Matrix dSum = backwardOfNorm(dx);
            _words.AddGradient(dSum, tokens.Words, pass.Workers, _shape.PaddingToken);
            _positions?.AddGradient(dSum, tokens.Positions, pass.Workers, _shape.FirstPosition > 0 ? _shape.PaddingToken : null);
            _segments?.AddGradient(dSum, tokens.Segments, pass.Workers);
            return dSum;
        }
        );
    }

    public Matrix Score(InputBatch<TokenizedText> batch, Pass pass)
    {
        Matrix x = Sum((TokenBatch)batch, pass);
        _norm.Score(x, x, pass);
        return _projection?.Forward(x, pass) ?? x;
    }

    private Matrix Sum(TokenBatch tokens, Pass pass)
    {
        Matrix sum = pass.Arena.Take(_shape.VectorSize, tokens.Layout.Tokens);
        var mark = pass.Arena.Mark();
        Matrix rows = pass.Arena.Take(sum.Columns, sum.Rows);
        rows.Clear();
        _words.AddToRows(rows, tokens.Words);
        _positions?.AddToRows(rows, tokens.Positions);
        _segments?.AddToRows(rows, tokens.Segments);
        rows.TransposeTo(sum);
        pass.Arena.Release(mark);
        return sum;
    }
}
