using Seven.Encoders.Layers;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Inputs;

/// <summary>The input of image encoders: each patch through one convolution of its own size, a class token, and in some a second one, before them, positions added.</summary>
/// <remarks>The convolution is a matrix multiplication over unfolded patches, [channels·size² × tokens], in which the
/// columns of the tokens before them are zero.</remarks>
internal sealed class PatchEmbedding : IInputLayer<Picture>
{
    private readonly ImageConfiguration _shape;
    private readonly EmbeddingTable _classToken;
    private readonly EmbeddingTable? _distillationToken;
    private readonly EmbeddingTable _positions;
    private readonly Linear _projection;

    public PatchEmbedding(ImageConfiguration shape, WeightInitializer initializer)
    {
        var names = shape.Names;
        int tokens = shape.LeadingTokens + shape.Patches;
        _shape = shape;
        _classToken = new EmbeddingTable(names.ClassToken, 1, shape.HiddenSize, initializer, [1, 1, shape.HiddenSize]);
        if (names.DistillationToken is { } second)
            _distillationToken = new EmbeddingTable(second, 1, shape.HiddenSize, initializer, [1, 1, shape.HiddenSize]);
        _positions = new EmbeddingTable(names.Positions, tokens, shape.HiddenSize, initializer, [1, tokens, shape.HiddenSize]);
        _projection = new Linear(
            shape.Channels * shape.PatchSize * shape.PatchSize, initializer, ParameterKind.Convolution,
            new Linear.Part(
                names.Patches, shape.HiddenSize,
                [shape.HiddenSize, shape.Channels, shape.PatchSize, shape.PatchSize]));
    }

    public IReadOnlyList<Parameter> Parameters =>
        [_classToken.Parameter, .. _distillationToken is null ? [] : new[] { _distillationToken.Parameter }, _positions.Parameter, .. _projection.Parameters];

    public int Length(Picture input) => _shape.LeadingTokens + _shape.Patches;

    public bool IsCut(Picture input) => false;

    public InputBatch<Picture> NewBatch() => new PictureBatch(_shape);

    public (Matrix Output, Backward Backward) Forward(InputBatch<Picture> batch, Pass pass)
    {
        var pictures = (PictureBatch)batch;
        Matrix patches = Unfold(pictures, pass);
        Matrix x = Project(patches, pictures, pass);
        var dropout = pass.NextDropout(_shape.HiddenDropout);
        dropout.Apply(x, pass.Workers);
        return (x, dx =>
        {
            dropout.Apply(dx, pass.Workers);
            _positions.AddGradient(dx, pictures.Positions, pass.Workers);
            _classToken.AddGradient(dx, pictures.ClassTokens, pass.Workers);
            _distillationToken?.AddGradient(dx, pictures.DistillationTokens, pass.Workers);
            ClearLeadingTokens(dx, pictures.Layout);
            _projection.AddParameterGradients(patches, dx, pass);
            return dx;
        }
        );
    }

    public Matrix Score(InputBatch<Picture> batch, Pass pass)
    {
        var pictures = (PictureBatch)batch;
        return Project(Unfold(pictures, pass), pictures, pass);
    }

    private Matrix Unfold(PictureBatch pictures, Pass pass)
    {
        Matrix patches = pass.Arena.Take(_shape.Channels * _shape.PatchSize * _shape.PatchSize, pictures.Layout.Tokens);
        patches.Clear();
        for (int i = 0; i < pictures.Pixels.Count; i++)
            Unfold(pictures.Pixels[i].Span, patches, pictures.Layout.Start(i) + _shape.LeadingTokens);
        return patches;
    }

    private Matrix Project(Matrix patches, PictureBatch pictures, Pass pass)
    {
        Matrix x = _projection.Forward(patches, pass);
        ClearLeadingTokens(x, pictures.Layout);
        _classToken.AddTo(x, pictures.ClassTokens, pass.Workers);
        _distillationToken?.AddTo(x, pictures.DistillationTokens, pass.Workers);
        _positions.AddTo(x, pictures.Positions, pass.Workers);
        return x;
    }

    /// <summary>One column a patch, left to right and top to bottom, its values in the order [channel, row, column].</summary>
    private void Unfold(ReadOnlySpan<float> pixels, Matrix patches, int firstToken)
    {
        int across = _shape.ImageSize / _shape.PatchSize;
        int size = _shape.PatchSize;
        for (int feature = 0; feature < patches.Rows; feature++)
        {
            var (channel, y, x) = (feature / (size * size), feature / size % size, feature % size);
            var row = patches.Row(feature);
            for (int patch = 0; patch < _shape.Patches; patch++)
            {
                int pixelRow = patch / across * size + y;
                int pixelColumn = patch % across * size + x;
                row[firstToken + patch] = pixels[(channel * _shape.ImageSize + pixelRow) * _shape.ImageSize + pixelColumn];
            }
        }
    }

    private void ClearLeadingTokens(Matrix x, SequenceLayout layout)
    {
        for (int feature = 0; feature < x.Rows; feature++)
            for (int sequence = 0; sequence < layout.Count; sequence++)
                x.Row(feature).Slice(layout.Start(sequence), _shape.LeadingTokens).Clear();
    }
}
