using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>Multi-head self-attention (Vaswani et al., 2017, section 3.2), sequence by sequence and head by head.</summary>
/// <remarks>Within a head Q, K, V: [head size × length], probabilities P: [keys × queries], output V · P.</remarks>
/// <param name="queryKeyValue">The layer of queries, keys and values.</param>
/// <param name="output">The layer after the heads.</param>
/// <param name="heads">Heads.</param>
/// <param name="headSize">Features of each.</param>
/// <param name="dropoutRate">Dropout of probabilities.</param>
/// <param name="rotary">What turns queries and keys by their positions; <see langword="null"/> for nothing.</param>
/// <param name="reach">How far a token sees to each side; <see langword="null"/> for all.</param>
internal sealed class SelfAttention(Linear queryKeyValue, Linear output, int heads, int headSize, double dropoutRate, RotaryTable? rotary = null, int? reach = null) : ISublayer
{
    private readonly AttentionBlocks _blocks = new(reach);

    [ThreadStatic]
    private static Arena? s_scratch;

    public IReadOnlyList<Parameter> Parameters => [.. queryKeyValue.Parameters, .. output.Parameters];

    private static Arena Scratch => s_scratch ??= new Arena();

    private float Scale => 1f / MathF.Sqrt(headSize);

    public (Matrix Output, Backward Backward) Forward(Matrix x, SequenceLayout layout, Pass pass)
    {
        var dropout = pass.NextDropout(dropoutRate);
        Matrix projected = Project(x, layout, pass);
        Matrix context = pass.Arena.Take(output.Inputs, x.Columns);
        Matrix[][] probabilities = PlacesForProbabilities(layout, pass.Arena);
        Attend(projected, context, probabilities, layout, dropout, pass);
        int layer = pass.Inner?.Attention?.Add(probabilities, _blocks) ?? 0;
        Matrix result = output.Forward(context, pass);
        return (result, dy =>
        {
            output.AddParameterGradients(context, dy, pass);
            Matrix contextGradient = output.InputGradient(dy, pass);
            Matrix projectedGradient = pass.Arena.Take(projected.Rows, x.Columns);
            AttendBackward(projected, contextGradient, projectedGradient, probabilities, layer, layout, dropout, pass);
            rotary?.Turn(projectedGradient.RowRange(0, 2 * output.Inputs), layout, isBack: true, pass.Workers);
            queryKeyValue.AddParameterGradients(x, projectedGradient, pass);
            return queryKeyValue.InputGradient(projectedGradient, pass);
        }
        );
    }

    public void Score(Activations x, Matrix y, SequenceLayout layout, Pass pass)
    {
        var mark = pass.Arena.Mark();
        Matrix projected = Project(x, layout, pass);
        Matrix context = pass.Arena.Take(output.Inputs, y.Columns);
        Attend(projected, context, NotedProbabilities(layout, pass), layout, Dropout.None, pass);
        output.Forward(context, y, pass);
        pass.Arena.Release(mark);
    }

    /// <inheritdoc />
    public void ScoreFirstTokens(Activations x, Matrix y, SequenceLayout layout, Pass pass) => Score(x, y, layout, pass);

    /// <summary>Q, K and V, turned by their positions if they are.</summary>
    private Matrix Project(Activations x, SequenceLayout layout, Pass pass)
    {
        Matrix projected = queryKeyValue.Forward(x, pass);
        rotary?.Turn(projected.RowRange(0, 2 * output.Inputs), layout, isBack: false, pass.Workers);
        return projected;
    }

    /// <summary>Places for the probabilities where somebody asks for them, in memory that outlives this layer.</summary>
    private Matrix[][] NotedProbabilities(SequenceLayout layout, Pass pass)
    {
        if (pass.Inner?.Attention is not { } maps)
            return [];
        Matrix[][] places = PlacesForProbabilities(layout, maps.Arena);
        maps.Add(places, _blocks);
        return places;
    }

    /// <summary>Places for every head's probabilities, block by block.</summary>
    private Matrix[][] PlacesForProbabilities(SequenceLayout layout, Arena arena)
    {
        var places = new Matrix[layout.Count * heads][];
        for (int i = 0; i < places.Length; i++)
        {
            int length = layout.Length(i / heads);
            places[i] = new Matrix[_blocks.Count(length)];
            for (int number = 0; number < places[i].Length; number++)
            {
                var block = _blocks.Of(length, number);
                places[i][number] = arena.Take(block.Keys, block.Queries);
            }
        }

        return places;
    }

    /// <param name="projected">Q, K and V.</param>
    /// <param name="context">The result: a column for each token, or for the first one of each sequence.</param>
    /// <param name="kept">Places for the probabilities; none if they are not needed again.</param>
    /// <param name="layout">The sequences.</param>
    /// <param name="dropout">Of probabilities.</param>
    /// <param name="pass">Its threads.</param>
    private void Attend(Matrix projected, Matrix context, Matrix[][] kept, SequenceLayout layout, Dropout dropout, Pass pass) =>
        pass.Workers.For(layout.Count * heads, Workers.Grain(1, NanosecondsPerHead(layout)), new Attention(this, projected, context, kept, layout, dropout));

    /// <summary>Two products and a softmax.</summary>
    private double NanosecondsPerHead(SequenceLayout layout) =>
        Math.Pow(layout.Tokens / (double)layout.Count, 2) * (2 * headSize * GemmBlocks.NanosecondsPerProduct + 1);

    private void Attend(Matrix projected, Matrix context, Matrix[][] kept, SequenceLayout layout, Dropout dropout, int head)
    {
        int sequence = head / heads;
        int length = layout.Length(sequence);
        var parts = HeadOf(projected, layout, sequence, head % heads);
        Matrix result = context.RowRange(head % heads * headSize, headSize);
        if (context.Columns != layout.Tokens)
        {
            Attend(parts, result.ColumnRange(sequence, 1), _blocks.OfFirst(length), kept: null, layout.KeyMask(sequence), dropout, head);
            return;
        }

        result = result.ColumnRange(layout.Start(sequence), length);
        for (int number = 0; number < _blocks.Count(length); number++)
        {
            var block = _blocks.Of(length, number);
            Attend(parts, result.ColumnRange(block.FirstQuery, block.Queries), block, kept.Length > 0 ? kept[head][number] : null, layout.KeyMask(sequence), dropout, head);
        }
    }

    private void Attend((Matrix Query, Matrix Key, Matrix Value) parts, Matrix result, AttentionBlocks.Block block, Matrix? kept, ReadOnlySpan<bool> keyMask, Dropout dropout, int head)
    {
        var mark = Scratch.Mark();
        Matrix p = kept ?? Scratch.Take(block.Keys, block.Queries);
        Gemm.TransposedProduct(parts.Key.ColumnRange(block.FirstKey, block.Keys), parts.Query.ColumnRange(block.FirstQuery, block.Queries), p, accumulate: false, Workers.Sequential);
        if (reach is not null)
            HideFar(p, block);
        Softmax.Forward(p, Scale, keyMask.IsEmpty ? keyMask : keyMask.Slice(block.FirstKey, block.Keys));
        Gemm.Product(parts.Value.ColumnRange(block.FirstKey, block.Keys), Dropped(p, Of(dropout, head, block)), result, accumulate: false, Workers.Sequential);
        Scratch.Release(mark);
    }

    private void HideFar(Matrix scores, in AttentionBlocks.Block block)
    {
        for (int key = 0; key < block.Keys; key++)
        {
            var row = scores.Row(key);
            for (int query = 0; query < row.Length; query++)
                if (_blocks.IsHidden(block, key, query))
                    row[query] = float.NegativeInfinity;
        }
    }

    private readonly struct Attention(SelfAttention layer, Matrix projected, Matrix context, Matrix[][] kept, SequenceLayout layout, Dropout dropout) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int head = start; head < end; head++)
                layer.Attend(projected, context, kept, layout, dropout, head);
        }
    }

    private void AttendBackward(
        Matrix projected, Matrix contextGradient, Matrix projectedGradient, Matrix[][] probabilities, int layer,
        SequenceLayout layout, Dropout dropout, Pass pass) =>
        pass.Workers.For(layout.Count * heads, grain: 1, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                var (sequence, head) = (i / heads, i % heads);
                var parts = HeadOf(projected, layout, sequence, head);
                var gradients = HeadOf(projectedGradient, layout, sequence, head);
                Matrix dOutput = Slice(contextGradient, head, layout, sequence);
                int blocks = probabilities[i].Length;
                // Blocks share keys at their edges.
                if (blocks > 1)
                {
                    gradients.Key.Clear();
                    gradients.Value.Clear();
                }

                for (int number = 0; number < blocks; number++)
                {
                    var block = _blocks.Of(layout.Length(sequence), number);
                    var pull = pass.Inner?.Attention?.PullOn(layer, i, number, layout.Start(sequence) + block.FirstQuery);
                    BlockBackward(parts, gradients, dOutput.ColumnRange(block.FirstQuery, block.Queries), probabilities[i][number], block, Of(dropout, i, block), pull, accumulate: blocks > 1);
                }
            }
        });

    private void BlockBackward(
        (Matrix Query, Matrix Key, Matrix Value) parts, (Matrix Query, Matrix Key, Matrix Value) gradients, Matrix dOutput, Matrix p, AttentionBlocks.Block block,
        Dropout dropout, AttentionPull? pull, bool accumulate)
    {
        var mark = Scratch.Mark();
        Matrix query = parts.Query.ColumnRange(block.FirstQuery, block.Queries), key = parts.Key.ColumnRange(block.FirstKey, block.Keys), value = parts.Value.ColumnRange(block.FirstKey, block.Keys);
        Gemm.OuterProduct(dOutput, Dropped(p, dropout), gradients.Value.ColumnRange(block.FirstKey, block.Keys), accumulate, Workers.Sequential);
        Matrix dScores = Scratch.Take(p.Rows, p.Columns);
        Gemm.TransposedProduct(value, dOutput, dScores, accumulate: false, Workers.Sequential);
        dropout.Apply(dScores, Workers.Sequential);
        Softmax.Backward(p, dScores, Scale);
        pull?.AddTo(dScores, Scale);
        Gemm.Product(key, dScores, gradients.Query.ColumnRange(block.FirstQuery, block.Queries), accumulate: false, Workers.Sequential);
        Gemm.OuterProduct(query, dScores, gradients.Key.ColumnRange(block.FirstKey, block.Keys), accumulate, Workers.Sequential);
        Scratch.Release(mark);
    }

    /// <summary>The probabilities after dropout, in scratch memory if they differ.</summary>
    private static Matrix Dropped(Matrix p, Dropout dropout)
    {
        if (dropout.Rate == 0)
            return p;
        Matrix dropped = Scratch.Take(p.Rows, p.Columns);
        p.CopyTo(dropped);
        dropout.Apply(dropped, Workers.Sequential);
        return dropped;
    }

    private static Dropout Of(Dropout dropout, int head, in AttentionBlocks.Block block) =>
        dropout with { Key = Pass.Mix(((ulong)dropout.Key << 32) + (uint)head + ((ulong)block.FirstQuery << 20)) };

    private (Matrix Query, Matrix Key, Matrix Value) HeadOf(Matrix projected, SequenceLayout layout, int sequence, int head) =>
        (Slice(projected, head, layout, sequence),
         Slice(projected, heads + head, layout, sequence),
         Slice(projected, 2 * heads + head, layout, sequence));

    private Matrix Slice(Matrix matrix, int head, SequenceLayout layout, int sequence) =>
        matrix.RowRange(head * headSize, headSize).ColumnRange(layout.Start(sequence), layout.Length(sequence));
}
