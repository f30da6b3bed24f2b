using Seven.Encoders.Architectures;
using Seven.Encoders.Layers;
using Seven.Metrics;
using Seven.Numerics;

namespace Seven.Encoders.Tasks;

/// <summary>A vector for a text: 10 · (1 - cosine) to the example's vector, judged by the mean cosine. Made by <see cref="EncoderTasks"/>.</summary>
/// <remarks>No label is needed: the vectors of the model itself, or of a larger one of the same size, are what a pruned one learns.</remarks>
public sealed class TextEmbeddingTask : EncoderTask<TokenizedText, EmbeddedText, float[]>
{
    /// <summary>The loss's factor, with which it is as large as usual losses.</summary>
    private const double LossFactor = 10;

    internal TextEmbeddingTask()
        : base("text embedding", [])
    {
    }

    internal override HeadKind Head => HeadKind.Embedding;

    internal override float[] ResultOf(Matrix output, SequenceLayout layout, int sequence) => ColumnOf(output, sequence);

    internal override void Check(EmbeddedText example, bool mayBeUnlabeled)
    {
        double squares = example.Vector.Sum(value => (double)value * value);
        if (!double.IsFinite(squares) || squares == 0)
            throw new ArgumentException($"An example's vector of {example.Vector.Count} values has the length {Math.Sqrt(squares)}; expected finite values that are not all zero.");
    }

    internal override double Loss(Matrix output, SequenceLayout layout, IReadOnlyList<EmbeddedText> batch, float scale, Matrix gradient)
    {
        gradient.Clear();
        double loss = 0;
        for (int i = 0; i < batch.Count; i++)
            loss += AddLoss(ColumnOf(output, i), batch[i].Vector, scale, gradient, i);
        return loss;
    }

    internal override double AddSoftLoss(
        Matrix output, Matrix target, SequenceLayout layout, IReadOnlyList<EmbeddedText> batch, double temperature, double weight, float scale, Matrix gradient)
    {
        double loss = 0;
        for (int i = 0; i < batch.Count; i++)
            loss += weight * AddLoss(ColumnOf(output, i), ColumnOf(target, i), (float)(weight * scale), gradient, i);
        return loss;
    }

    internal override IJudge<EmbeddedText> NewJudge() => new Judge();

    private static float[] ColumnOf(Matrix matrix, int column)
    {
        var values = new float[matrix.Rows];
        for (int row = 0; row < values.Length; row++)
            values[row] = matrix.Row(row)[column];
        return values;
    }

    /// <summary>The loss of one vector; its gradient is 10 · (cosine · u - v) / |x|, with u and v the directions of the vector and of its target.</summary>
    private static double AddLoss(float[] vector, IReadOnlyList<float> target, float scale, Matrix gradient, int column)
    {
        if (vector.Length != target.Count)
            throw new ArgumentException($"An example's vector has {target.Count} values; expected {vector.Length}, the model's hidden size.");
        var (cosine, length, targetLength) = Cosine(vector, target);
        for (int row = 0; row < vector.Length; row++)
            gradient.Row(row)[column] += (float)(scale * LossFactor * (cosine * vector[row] / length - target[row] / targetLength) / length);
        return LossFactor * (1 - cosine);
    }

    private static (double Cosine, double Length, double TargetLength) Cosine(float[] vector, IReadOnlyList<float> target)
    {
        double product = 0, squares = 0, targetSquares = 0;
        for (int i = 0; i < vector.Length; i++)
        {
            product += (double)vector[i] * target[i];
            squares += (double)vector[i] * vector[i];
            targetSquares += (double)target[i] * target[i];
        }

        double length = Math.Sqrt(Math.Max(squares, 1e-24)), targetLength = Math.Sqrt(targetSquares);
        return (product / (length * targetLength), length, targetLength);
    }

    private sealed class Judge : IJudge<EmbeddedText>
    {
        private double _cosines;
        private int _count;

        public void See(Matrix output, SequenceLayout layout, IReadOnlyList<EmbeddedText> batch)
        {
            for (int i = 0; i < batch.Count; i++)
                _cosines += Cosine(ColumnOf(output, i), batch[i].Vector).Cosine;
            _count += batch.Count;
        }

        IReadOnlyList<Metric> IJudge<EmbeddedText>.Judge() => [new("cosine", _cosines / _count)];
    }
}
