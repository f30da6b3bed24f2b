using Seven.Encoders;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Inference;

/// <summary>A network for inference, whatever it reads.</summary>
internal interface IScorer
{
    /// <summary>Calls whose memory waits to be used again, at most as many as there were at once, and the bytes of their activations.</summary>
    (int Calls, long Bytes) Held { get; }
}

/// <summary>A model for inference, with memory for as many calls as there have been at once.</summary>
internal sealed class Scorer<TInput>(EncoderModel<TInput> model, Workers workers) : IScorer
{
    private readonly Stack<Call> _free = [];

    /// <inheritdoc />
    public (int Calls, long Bytes) Held
    {
        get
        {
            lock (_free)
                return (_free.Count, _free.Sum(call => call.Bytes));
        }
    }

    /// <summary>Memory for one call, to be disposed when its outputs were read.</summary>
    public Call Begin()
    {
        lock (_free)
            if (_free.TryPop(out var call))
                return call;
        return new Call(this, model.NewBatch(), Pass.ForScoring(new Arena(), workers));
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

        /// <summary>Memory of the activations.</summary>
        public long Bytes => pass.Arena.Bytes;

        /// <summary>Puts in as many inputs as are scored at once, in the place of those before.</summary>
        /// <returns>The first input that is left.</returns>
        public int Fill(IReadOnlyList<TInput> all, int start)
        {
            pass.Arena.Reset();
            return owner.Fill(inputs, all, start);
        }

        /// <summary>The outputs for all inputs, to be read before the call is filled again or disposed.</summary>
        public Matrix Score() => owner.Score(inputs, pass);

        /// <summary>Leaves the memory to the next call.</summary>
        public void Dispose()
        {
            inputs.Clear();
            pass.Arena.Reset();
            owner.Take(this);
        }
    }

    private int Fill(InputBatch<TInput> batch, IReadOnlyList<TInput> inputs, int start) => model.Fill(batch, inputs, start);

    private Matrix Score(InputBatch<TInput> inputs, Pass pass) => model.Score(inputs, pass);
}
