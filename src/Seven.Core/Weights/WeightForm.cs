using Seven.Numerics;

namespace Seven.Weights;

/// <summary>The form in which a layer stores and multiplies its weights W: [rows × columns]. A layer holds one and exchanges it.</summary>
/// <remarks>A form that multiplies in another format converts its input itself: no two layers read the same one, since query, key and value are one W.</remarks>
internal abstract class WeightForm
{
    /// <summary>Y = W · X + b, with X: [columns × tokens], Y: [rows × tokens].</summary>
    public void Multiply(Activations x, ReadOnlyMemory<float> bias, Activations y, Workers workers) => Multiply<Identity>(x, bias, y, workers);

    /// <summary>Y = function(W · X + b). Ranges of X are used and those of Y noted by forms of bytes alone.</summary>
    public abstract void Multiply<TFunction>(Activations x, ReadOnlyMemory<float> bias, Activations y, Workers workers)
        where TFunction : IUnaryFunction;

    /// <summary>dX = Wᵀ · dY, with dY: [rows × tokens], dX: [columns × tokens].</summary>
    public abstract void InputGradient(Matrix dy, Matrix dx, Workers workers);

    /// <summary>dW += dY · Xᵀ.</summary>
    public abstract void AddWeightGradient(Matrix x, Matrix dy, Workers workers);

    /// <summary>Writes the weights that are kept into a matrix that is zero elsewhere.</summary>
    public abstract void WriteTo(Matrix dense);
}
