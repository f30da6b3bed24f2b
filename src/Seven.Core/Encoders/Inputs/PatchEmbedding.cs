using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Encoders.Inputs;

/// <summary>ViT's input: each patch through one convolution of its own size, a class token before them, positions added.</summary>
/// <remarks>The convolution is a matrix multiplication over unfolded patches, [channels·size² × tokens], in which the
/// class token's column is zero.</remarks>
internal sealed class PatchEmbedding : IInputLayer<Picture>
{
    private readonly VitConfiguration _shape;
    private readonly EmbeddingTable _classToken;
    private readonly EmbeddingTable _positions;
    private readonly Linear _projection;

    public PatchEmbedding(VitConfiguration shape, WeightInitializer initializer)
    {
        const string Prefix = "vit.embeddings";
        _shape = shape;
        _classToken = new EmbeddingTable($"{Prefix}.cls_token", 1, shape.HiddenSize, initializer, [1, 1, shape.HiddenSize]);
        _positions = new EmbeddingTable(
            $"{Prefix}.position_embeddings", shape.Patches + 1, shape.HiddenSize, initializer, [1, shape.Patches + 1, shape.HiddenSize]);
        _projection = new Linear(
            shape.Channels * shape.PatchSize * shape.PatchSize, initializer, ParameterKind.Convolution,
            new Linear.Part(
                $"{Prefix}.patch_embeddings.projection", shape.HiddenSize,
                [shape.HiddenSize, shape.Channels, shape.PatchSize, shape.PatchSize]));
    }

    public IReadOnlyList<Parameter> Parameters =>
        [_classToken.Parameter, _positions.Parameter, .. _projection.Parameters];

    public int Length(Picture input) => _shape.Patches + 1;

    public bool IsCut(Picture input) => false;

    public SequenceLayout Layout(IReadOnlyList<Picture> inputs)
    {
        int pixels = _shape.Channels * _shape.ImageSize * _shape.ImageSize;
        foreach (var input in inputs)
            if (input.Pixels.Length != pixels)
                throw new ArgumentException(
                    $"A picture has {input.Pixels.Length} values; expected {_shape.Channels} × {_shape.ImageSize} × {_shape.ImageSize} = {pixels}.");
        return new SequenceLayout([.. inputs.Select(Length)]);
    }

    public (Matrix Output, Backward Backward) Forward(IReadOnlyList<Picture> inputs, SequenceLayout layout, Pass pass)
    {
        Matrix patches = pass.Arena.Take(_shape.Channels * _shape.PatchSize * _shape.PatchSize, layout.Tokens);
        patches.Clear();
        for (int i = 0; i < inputs.Count; i++)
            Unfold(inputs[i].Pixels.Span, patches, layout.Start(i) + 1);

        Matrix x = _projection.Forward(patches, pass);
        int[] classTokens = PerToken(layout, static position => position == 0 ? 0 : -1);
        int[] positions = PerToken(layout, static position => position);
        ClearClassTokens(x, layout);
        _classToken.AddTo(x, classTokens, pass.Workers);
        _positions.AddTo(x, positions, pass.Workers);
        var dropout = pass.NextDropout(_shape.HiddenDropout);
        dropout.Apply(x, pass.Workers);
        return (x, dx =>
        {
            dropout.Apply(dx, pass.Workers);
            _positions.AddGradient(dx, positions, pass.Workers);
            _classToken.AddGradient(dx, classTokens, pass.Workers);
            ClearClassTokens(dx, layout);
            _projection.AddParameterGradients(patches, dx, pass);
            return dx;
        }
        );
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

    private static int[] PerToken(SequenceLayout layout, Func<int, int> entry)
    {
        int[] entries = new int[layout.Tokens];
        for (int sequence = 0; sequence < layout.Count; sequence++)
            for (int i = 0; i < layout.Length(sequence); i++)
                entries[layout.Start(sequence) + i] = entry(i);
        return entries;
    }

    private static void ClearClassTokens(Matrix x, SequenceLayout layout)
    {
        for (int feature = 0; feature < x.Rows; feature++)
            for (int sequence = 0; sequence < layout.Count; sequence++)
                x.Row(feature)[layout.Start(sequence)] = 0;
    }
}
