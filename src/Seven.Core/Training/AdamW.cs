using System.Runtime.CompilerServices;
using Seven.Numerics;
using Seven.Numerics.Simd;
using Seven.Pruning;
using Seven.Weights;

namespace Seven.Training;

/// <summary>AdamW: Adam with decoupled weight decay (Loshchilov and Hutter, 2019), the update fused into one pass.</summary>
internal sealed class AdamW
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;
    private const int PartLength = 1 << 14;

    private readonly List<Slot> _slots;
    private readonly double _weightDecay;
    private readonly Workers _workers;

    private (Slot Slot, int Start)[] _parts = [];

    public AdamW(IReadOnlyList<ITrainable> trainables, double weightDecay, Workers workers)
    {
        (_weightDecay, _workers) = (weightDecay, workers);
        _slots = [.. trainables.Select(trainable => new Slot(trainable, new float[trainable.Values.Length], new float[trainable.Values.Length]))];
        Divide();
    }

    /// <summary>The updated parameters.</summary>
    public IReadOnlyList<ITrainable> Trainables => [.. _slots.Select(slot => slot.Trainable)];

    /// <summary>Updates taken so far.</summary>
    public int StepsTaken { get; set; }

    public void Step(double learningRate)
    {
        StepsTaken++;
        _workers.For(_parts.Length, grain: 1, (start, end) =>
        {
            for (int i = start; i < end; i++)
                StepPart(_parts[i].Slot, _parts[i].Start, learningRate);
        });
    }

    /// <summary>Forgets the moments of pruned weights.</summary>
    public void Mask(Pruner pruner)
    {
        var masks = pruner.Names.Zip(pruner.Masks).ToDictionary();
        foreach (var slot in _slots)
        {
            if (slot.Trainable is not Parameter parameter || !masks.TryGetValue(parameter.Name, out var mask))
                continue;
            mask.Apply(slot.First);
            mask.Apply(slot.Second);
        }
    }

    /// <summary>Smoothed gradients and squared gradients.</summary>
    public (float[] First, float[] Second) MomentsOf(ITrainable trainable)
    {
        var slot = _slots.First(slot => slot.Trainable == trainable);
        return (slot.First, slot.Second);
    }

    /// <summary>Goes on with one trainable in the place of several.</summary>
    /// <param name="parts">The several.</param>
    /// <param name="whole">The one.</param>
    /// <param name="merge">Makes its moments of theirs.</param>
    public void Replace(IReadOnlyList<ITrainable> parts, ITrainable whole, Func<IReadOnlyList<float[]>, float[]> merge)
    {
        Slot[] old = [.. parts.Select(part => _slots.First(slot => slot.Trainable == part))];
        int place = _slots.IndexOf(old[0]);
        _slots.RemoveAll(old.Contains);
        _slots.Insert(place, new Slot(whole, merge([.. old.Select(slot => slot.First)]), merge([.. old.Select(slot => slot.Second)])));
        Divide();
    }

    private void Divide() => _parts =
    [
        .. from slot in _slots
           from part in Enumerable.Range(0, (slot.First.Length + PartLength - 1) / PartLength)
           select (slot, part * PartLength),
    ];

    private void StepPart(Slot slot, int start, double learningRate)
    {
        int length = Math.Min(PartLength, slot.First.Length - start);
        double decay = slot.Trainable.Decays ? _weightDecay : 0;
        var gradient = slot.Trainable.Gradient.Slice(start, length);
        FusedUpdate.Run(
            new Update(learningRate, decay, StepsTaken), gradient, gradient, slot.Trainable.Values.Slice(start, length),
            slot.First.AsSpan(start, length), slot.Second.AsSpan(start, length), d: []);
    }

    private sealed record Slot(ITrainable Trainable, float[] First, float[] Second);

    private readonly struct Update(double learningRate, double decay, int step) : IFusedUpdate
    {
        private readonly float _keep = (float)(1 - learningRate * decay);
        private readonly float _rate = (float)(learningRate / (1 - Math.Pow(Beta1, step)));
        private readonly float _correction2 = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TSimd, TVector>(TVector gradient, TVector same, ref TVector weight, ref TVector first, ref TVector second, ref TVector none)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            first = TSimd.MultiplyAdd(TSimd.All((float)Beta1), first, TSimd.Multiply(TSimd.All((float)(1 - Beta1)), gradient));
            second = TSimd.MultiplyAdd(
                TSimd.All((float)Beta2), second, TSimd.Multiply(TSimd.All((float)(1 - Beta2)), TSimd.Multiply(gradient, gradient)));
            TVector deviation = TSimd.MultiplyAdd(TSimd.Sqrt(second), TSimd.All(_correction2), TSimd.All((float)Epsilon));
            TVector change = TSimd.Divide(TSimd.Multiply(TSimd.All(_rate), first), deviation);
            weight = TSimd.Subtract(TSimd.Multiply(weight, TSimd.All(_keep)), change);
        }
    }
}
