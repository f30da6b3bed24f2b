using System.Numerics.Tensors;
using Seven.Numerics;

namespace Seven.Encoders.Layers;

/// <summary>What pulls the probabilities of one block of attention towards a teacher's.</summary>
/// <param name="own">The probabilities, [keys × queries].</param>
/// <param name="wanted">The teacher's.</param>
/// <param name="slopes">The factor of the gradient for each query.</param>
internal readonly struct AttentionPull(Matrix own, Matrix wanted, ReadOnlyMemory<float> slopes)
{
    /// <summary>Adds to the gradient of the scores: that of KL(wanted ‖ own) is their difference.</summary>
    /// <param name="gradient">[keys × queries].</param>
    /// <param name="factor">What scores were multiplied by before softmax.</param>
    public void AddTo(Matrix gradient, float factor)
    {
        var difference = new float[gradient.Columns];
        for (int key = 0; key < gradient.Rows; key++)
        {
            TensorPrimitives.Subtract(own.Row(key), wanted.Row(key), difference);
            TensorPrimitives.Multiply(difference, slopes.Span[..difference.Length], difference);
            TensorPrimitives.MultiplyAdd(difference, factor, gradient.Row(key), gradient.Row(key));
        }
    }
}
