using Seven.Encoders;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Inference;

/// <summary>A network whose weights stand still, with memory for as many calls as there have been at once.</summary>
internal sealed class Scorer<TInput>(TransformerModel<TInput> model, SparseWeights sparse, Workers workers)
{
    private readonly Stack<Call> _free = [];

    /// <summary>Tokens that an input takes up.</summary>
    public int LengthOf(TInput input) => model.LengthOf(input);

    /// <summary>Memory for one call, to be disposed when its outputs were read.</summary>
    public Call Begin()
    {
        lock (_free)
            if (_free.TryPop(out var call))
                return call;
        return new Call(this, model.NewBatch(), Pass.ForScoring(new Arena(), workers, sparse));
    }

    private void Take(Call call)
    {
        lock (_free)
            _free.Push(call);
    }

    /// <summary>Inputs, activations and outputs of one call.</summary>
    public sealed class Call(Scorer<TInput> owner, InputBatch<TInput> inputs, Pass pass) : IDisposable
    {
        public InputBatch<TInput> Inputs => inputs;

        /// <summary>The outputs for all inputs, to be read before the call is cleared or disposed.</summary>
        public Matrix Score() => owner.Score(inputs, pass);

        public void Clear()
        {
            inputs.Clear();
            pass.Arena.Reset();
        }

        /// <summary>Leaves the memory to the next call.</summary>
        public void Dispose()
        {
            Clear();
            owner.Take(this);
        }
    }

    private Matrix Score(InputBatch<TInput> inputs, Pass pass) => model.Score(inputs, pass);
}
