using System.Numerics.Tensors;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Training;

/// <summary>Operations on all gradients together, divided evenly among threads.</summary>
internal static class Gradients
{
    private const int PieceLength = 1 << 16;

    public static void Clear(IReadOnlyList<ITrainable> trainables, Workers workers) =>
        ForEachPiece(PiecesOf(trainables), workers, static (_, gradient) => gradient.Clear());

    /// <summary>Keeps the norm of all gradients together below a limit (Pascanu et al., 2013).</summary>
    /// <returns>The norm before clipping.</returns>
    public static double Clip(IReadOnlyList<ITrainable> trainables, double largestNorm, Workers workers)
    {
        var pieces = PiecesOf(trainables);
        var squares = new double[pieces.Length];
        ForEachPiece(pieces, workers, (i, gradient) => squares[i] = TensorPrimitives.SumOfSquares<float>(gradient));
        double norm = Math.Sqrt(squares.Sum());
        if (norm > largestNorm)
        {
            float scale = (float)(largestNorm / norm);
            ForEachPiece(pieces, workers, (_, gradient) => TensorPrimitives.Multiply(gradient, scale, gradient));
        }

        return norm;
    }

    private static void ForEachPiece((ITrainable Trainable, int Start, int Length)[] pieces, Workers workers, Action<int, Span<float>> action) =>
        workers.For(pieces.Length, grain: 1, (start, end) =>
        {
            for (int i = start; i < end; i++)
                action(i, pieces[i].Trainable.Gradient.Slice(pieces[i].Start, pieces[i].Length));
        });

    private static (ITrainable Trainable, int Start, int Length)[] PiecesOf(IReadOnlyList<ITrainable> trainables)
    {
        var pieces = new List<(ITrainable, int, int)>();
        foreach (var trainable in trainables)
        {
            int count = trainable.Gradient.Length;
            for (int start = 0; start < count; start += PieceLength)
                pieces.Add((trainable, start, Math.Min(PieceLength, count - start)));
        }

        return [.. pieces];
    }
}
