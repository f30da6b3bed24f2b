using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>A sublayer with its residual connection, dropout and norm.</summary>
/// <remarks>Without a norm where that is <see langword="null"/>. Norm after: norm(x + dropout(f(x))), as BERT has it. Norm before: x + dropout(f(norm(x))), as ViT has it.</remarks>
internal sealed class ResidualBlock(ISublayer sublayer, LayerNormalization? norm, NormPlacement placement, double dropoutRate)
{
    public IReadOnlyList<Parameter> Parameters => placement == NormPlacement.After
        ? [.. sublayer.Parameters, .. norm?.Parameters ?? []]
        : [.. norm?.Parameters ?? [], .. sublayer.Parameters];

    public (Matrix Output, Backward Backward) Forward(Matrix x, SequenceLayout layout, Pass pass) =>
        placement == NormPlacement.After ? NormAfter(x, layout, pass) : NormBefore(x, layout, pass);

    /// <summary>The same into y, with nothing kept for a backward pass.</summary>
    public void Score(Activations x, Activations y, SequenceLayout layout, Pass pass)
    {
        var mark = pass.Arena.Mark();
        sublayer.Score(InputOfSublayer(x, pass), y.Values, layout, pass);
        AddResidual(x.Values, y, pass);
        pass.Arena.Release(mark);
    }

    /// <summary>The output for the first token of each sequence alone, [hidden × sequences].</summary>
    public Activations ScoreFirstTokens(Activations x, SequenceLayout layout, Pass pass)
    {
        var y = pass.TakeWithRanges(x.Values.Rows, layout.Count);
        sublayer.ScoreFirstTokens(InputOfSublayer(x, pass), y.Values, layout, pass);
        AddResidual(FirstToken.Gather(x.Values, layout, pass), y, pass);
        return y;
    }

    private Activations InputOfSublayer(Activations x, Pass pass)
    {
        if (placement == NormPlacement.After || norm is null)
            return x;
        var normalized = pass.TakeWithRanges(x.Values.Rows, x.Values.Columns);
        norm.Score(x.Values, normalized, pass);
        return normalized;
    }

    private void AddResidual(Matrix x, Activations y, Pass pass)
    {
        if (placement == NormPlacement.After && norm is not null)
        {
            norm.Score(y.Values, y, pass, residual: x);
            return;
        }

        Elementwise.Apply<Sum>(x, y.Values, y.Values, pass.Workers);
        y.Ranges?.Forget();
    }

    private (Matrix Output, Backward Backward) NormAfter(Matrix x, SequenceLayout layout, Pass pass)
    {
        var (sum, backwardOfSublayer, dropout) = Branch(x, layout, pass);
        Elementwise.Apply<Sum>(x, sum, sum, pass.Workers);
        var (y, backwardOfNorm) = norm?.Forward(sum, pass) ?? (sum, static gradient => gradient);
        return (y, dy =>
        {
            Matrix dSum = backwardOfNorm(dy);
            return BranchBackward(dSum, backwardOfSublayer, static gradient => gradient, dropout, pass);
        }
        );
    }

    private (Matrix Output, Backward Backward) NormBefore(Matrix x, SequenceLayout layout, Pass pass)
    {
        var (normalized, backwardOfNorm) = norm?.Forward(x, pass) ?? (x, static gradient => gradient);
        var (y, backwardOfSublayer, dropout) = Branch(normalized, layout, pass);
        Elementwise.Apply<Sum>(x, y, y, pass.Workers);
        return (y, dy => BranchBackward(dy, backwardOfSublayer, backwardOfNorm, dropout, pass));
    }

    private (Matrix Output, Backward Backward, Dropout Dropout) Branch(Matrix x, SequenceLayout layout, Pass pass)
    {
        var (output, backward) = sublayer.Forward(x, layout, pass);
        var dropout = pass.NextDropout(dropoutRate);
        dropout.Apply(output, pass.Workers);
        return (output, backward, dropout);
    }

    /// <summary>The gradient of the residual sum's input: straight through, plus through the branch.</summary>
    private static Matrix BranchBackward(Matrix gradient, Backward sublayer, Backward norm, Dropout dropout, Pass pass)
    {
        Matrix branch = gradient;
        if (dropout.Rate > 0)
        {
            branch = pass.Arena.Take(gradient.Rows, gradient.Columns);
            gradient.CopyTo(branch);
            dropout.Apply(branch, pass.Workers);
        }

        Matrix dx = norm(sublayer(branch));
        Elementwise.Apply<Sum>(gradient, dx, dx, pass.Workers);
        return dx;
    }
}
