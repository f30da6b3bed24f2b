using Seven.Encoders;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Inference;

/// <summary>A network whose weights stand still, with memory for as many calls as there have been at once.</summary>
internal sealed class Scorer<TInput>(TransformerModel<TInput> model, SparseWeights sparse, Workers workers)
{
    private readonly Stack<Workspace> _free = [];

    /// <summary>Tokens that an input takes up.</summary>
    public int LengthOf(TInput input) => model.LengthOf(input);

    /// <summary>Memory for one call, with no inputs in it.</summary>
    public Workspace Rent()
    {
        lock (_free)
            if (_free.TryPop(out var workspace))
                return workspace;
        return new Workspace(model, sparse, workers);
    }

    public void Return(Workspace workspace)
    {
        workspace.Clear();
        lock (_free)
            _free.Push(workspace);
    }

    /// <summary>Inputs, activations and outputs of one call.</summary>
    public sealed class Workspace(TransformerModel<TInput> model, SparseWeights sparse, Workers workers)
    {
        private readonly Pass _pass = Pass.ForScoring(new Arena(), workers, sparse);

        public InputBatch<TInput> Inputs { get; } = model.NewBatch();

        /// <summary>The outputs for all inputs, to be read before the workspace is cleared or returned.</summary>
        public Matrix Score() => model.Score(Inputs, _pass);

        public void Clear()
        {
            Inputs.Clear();
            _pass.Arena.Reset();
        }
    }
}
