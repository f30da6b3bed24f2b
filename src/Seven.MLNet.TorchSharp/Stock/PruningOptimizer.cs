using Seven.Pruning;
using Seven.TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>Replaces the optimizer of a stock trainer: calls it for each step, and prunes.</summary>
/// <remarks>This is the seam to ML.NET's training loops, which know nothing of it: each calls <see cref="zero_grad"/>, then computes gradients, then calls <see cref="step"/>.</remarks>
internal sealed class PruningOptimizer(optim.Optimizer inner, TorchPruner pruner, double clipNorm, LossMeter losses, Func<bool> isCancelled, Action<double> onUpdate)
    : optim.Optimizer(IntPtr.Zero)
{
    /// <summary>The trainer's own optimizer.</summary>
    public optim.Optimizer Inner => inner;

    /// <summary>Whether the weights are held still, as SEVEN_pre has it.</summary>
    public bool HoldsWeights { get; set; }

    /// <summary>A seed for dropout, taken once, at the next update; <see langword="null"/> for the trainer's own.</summary>
    public long? NextSeed { get; set; }

    public override IEnumerable<optim.ILearningRateController> ParamGroups => inner.ParamGroups;

    public override IEnumerable<Parameter> parameters() => inner.parameters();

    /// <summary>The start of an update.</summary>
    /// <exception cref="RunInterruptedException">The run is cancelled, or the phase with weights held still is over.</exception>
    public override void zero_grad()
    {
        if (isCancelled())
            throw new RunInterruptedException(isCancelled: true);
        if (HoldsWeights && pruner.Phase == PruningPhase.Recovery)
            throw new RunInterruptedException(isCancelled: false);
        if (NextSeed is { } seed)
            random.manual_seed(seed);
        NextSeed = null;
        inner.zero_grad();
    }

    /// <summary>The end of an update.</summary>
    public override Tensor? step(Func<Tensor>? closure = null)
    {
        losses.ReadLoss();
        pruner.MaskGradients();
        if (clipNorm > 0 && !HoldsWeights)
            nn.utils.clip_grad_norm_(inner.parameters(), clipNorm);
        var loss = HoldsWeights ? null : inner.step(closure);
        pruner.Step(HoldsWeights ? null : inner);
        onUpdate(inner.ParamGroups.First().LearningRate);
        return loss;
    }
}

/// <summary>Leaves a stock training loop between two updates.</summary>
internal sealed class RunInterruptedException(bool isCancelled) : Exception("The training loop was left between two updates.")
{
    public bool IsCancelled => isCancelled;
}

/// <summary>Leaves the learning rate as it is: for updates that do not step the weights.</summary>
internal sealed class IdleScheduler : optim.lr_scheduler.LRScheduler
{
    public override void step()
    {
    }
}
