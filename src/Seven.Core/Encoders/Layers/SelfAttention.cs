using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>Multi-head self-attention (Vaswani et al., 2017, section 3.2), sequence by sequence and head by head.</summary>
/// <remarks>Within a head Q, K, V: [head size × length], probabilities P: [keys × queries], output V · P.</remarks>
internal sealed class SelfAttention(Linear queryKeyValue, Linear output, int heads, int headSize, double dropoutRate) : ISublayer
{
    [ThreadStatic]
    private static Arena? s_scratch;

    public IReadOnlyList<Parameter> Parameters => [.. queryKeyValue.Parameters, .. output.Parameters];

    private static Arena Scratch => s_scratch ??= new Arena();

    private float Scale => 1f / MathF.Sqrt(headSize);

    public (Matrix Output, Backward Backward) Forward(Matrix x, SequenceLayout layout, Pass pass)
    {
        var dropout = pass.NextDropout(dropoutRate);
        Matrix projected = queryKeyValue.Forward(x, pass);
        Matrix context = pass.Arena.Take(output.Inputs, x.Columns);
        Matrix[] probabilities = PlacesForProbabilities(layout, pass);
        Attend(projected, context, probabilities, layout, dropout, pass);
        Matrix result = output.Forward(context, pass);
        return (result, dy =>
        {
            output.AddParameterGradients(context, dy, pass);
            Matrix contextGradient = output.InputGradient(dy, pass);
            Matrix projectedGradient = pass.Arena.Take(projected.Rows, x.Columns);
            AttendBackward(projected, contextGradient, projectedGradient, probabilities, layout, dropout, pass);
            queryKeyValue.AddParameterGradients(x, projectedGradient, pass);
            return queryKeyValue.InputGradient(projectedGradient, pass);
        }
        );
    }

    public void Score(Matrix x, Matrix y, SequenceLayout layout, Pass pass)
    {
        var mark = pass.Arena.Mark();
        Matrix projected = queryKeyValue.Forward(x, pass);
        Matrix context = pass.Arena.Take(output.Inputs, y.Columns);
        Attend(projected, context, [], layout, Dropout.None, pass);
        output.Forward(context, y, pass);
        pass.Arena.Release(mark);
    }

    /// <inheritdoc />
    public void ScoreFirstTokens(Matrix x, Matrix y, SequenceLayout layout, Pass pass) => Score(x, y, layout, pass);

    /// <summary>Places for every head's probabilities, which a backward pass will need.</summary>
    private Matrix[] PlacesForProbabilities(SequenceLayout layout, Pass pass)
    {
        var places = new Matrix[layout.Count * heads];
        for (int i = 0; i < places.Length; i++)
            places[i] = pass.Arena.Take(layout.Length(i / heads), layout.Length(i / heads));
        return places;
    }

    /// <param name="projected">Q, K and V.</param>
    /// <param name="context">The result: a column for each token, or for the first one of each sequence.</param>
    /// <param name="kept">Places for the probabilities; none if they are not needed again.</param>
    /// <param name="layout">The sequences.</param>
    /// <param name="dropout">Of probabilities.</param>
    /// <param name="pass">Its threads.</param>
    private void Attend(Matrix projected, Matrix context, Matrix[] kept, SequenceLayout layout, Dropout dropout, Pass pass) =>
        pass.Workers.For(layout.Count * heads, Workers.Grain(1, NanosecondsPerHead(layout)), new Attention(this, projected, context, kept, layout, dropout));

    /// <summary>Two products and a softmax.</summary>
    private double NanosecondsPerHead(SequenceLayout layout) =>
        Math.Pow(layout.Tokens / (double)layout.Count, 2) * (2 * headSize * GemmBlocks.NanosecondsPerProduct + 1);

    private void Attend(Matrix projected, Matrix context, Matrix[] kept, SequenceLayout layout, Dropout dropout, int head)
    {
        var mark = Scratch.Mark();
        int sequence = head / heads;
        int length = layout.Length(sequence);
        var (query, key, value) = HeadOf(projected, layout, sequence, head % heads);
        Matrix result = context.RowRange(head % heads * headSize, headSize);
        if (context.Columns == layout.Tokens)
            result = result.ColumnRange(layout.Start(sequence), length);
        else
            (query, result) = (query.ColumnRange(0, 1), result.ColumnRange(sequence, 1));
        Matrix p = kept.Length > 0 ? kept[head] : Scratch.Take(length, query.Columns);
        Gemm.TransposedProduct(key, query, p, accumulate: false, Workers.Sequential);
        Softmax.Forward(p, Scale, layout.KeyMask(sequence));
        Gemm.Product(value, Dropped(p, dropout, head), result, accumulate: false, Workers.Sequential);
        Scratch.Release(mark);
    }

    private readonly struct Attention(SelfAttention layer, Matrix projected, Matrix context, Matrix[] kept, SequenceLayout layout, Dropout dropout) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int head = start; head < end; head++)
                layer.Attend(projected, context, kept, layout, dropout, head);
        }
    }

    private void AttendBackward(
        Matrix projected, Matrix contextGradient, Matrix projectedGradient, Matrix[] probabilities,
        SequenceLayout layout, Dropout dropout, Pass pass) =>
        pass.Workers.For(layout.Count * heads, grain: 1, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                var mark = Scratch.Mark();
                var (sequence, head) = (i / heads, i % heads);
                var (query, key, value) = HeadOf(projected, layout, sequence, head);
                var (dQuery, dKey, dValue) = HeadOf(projectedGradient, layout, sequence, head);
                Matrix dOutput = Slice(contextGradient, head, layout, sequence);
                Matrix p = probabilities[i];
                Gemm.OuterProduct(dOutput, Dropped(p, dropout, i), dValue, accumulate: false, Workers.Sequential);
                Matrix dScores = Scratch.Take(p.Rows, p.Columns);
                Gemm.TransposedProduct(value, dOutput, dScores, accumulate: false, Workers.Sequential);
                Of(dropout, i).Apply(dScores, Workers.Sequential);
                Softmax.Backward(p, dScores, Scale);
                Gemm.Product(key, dScores, dQuery, accumulate: false, Workers.Sequential);
                Gemm.OuterProduct(query, dScores, dKey, accumulate: false, Workers.Sequential);
                Scratch.Release(mark);
            }
        });

    /// <summary>The probabilities after dropout, in scratch memory if they differ.</summary>
    private static Matrix Dropped(Matrix p, Dropout dropout, int head)
    {
        if (dropout.Rate == 0)
            return p;
        Matrix dropped = Scratch.Take(p.Rows, p.Columns);
        p.CopyTo(dropped);
        Of(dropout, head).Apply(dropped, Workers.Sequential);
        return dropped;
    }

    private static Dropout Of(Dropout dropout, int head) =>
        dropout with { Key = Pass.Mix(((ulong)dropout.Key << 32) + (uint)head) };

    private (Matrix Query, Matrix Key, Matrix Value) HeadOf(Matrix projected, SequenceLayout layout, int sequence, int head) =>
        (Slice(projected, head, layout, sequence),
         Slice(projected, heads + head, layout, sequence),
         Slice(projected, 2 * heads + head, layout, sequence));

    private Matrix Slice(Matrix matrix, int head, SequenceLayout layout, int sequence) =>
        matrix.RowRange(head * headSize, headSize).ColumnRange(layout.Start(sequence), layout.Length(sequence));
}
