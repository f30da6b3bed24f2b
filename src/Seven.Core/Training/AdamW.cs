using System.Runtime.CompilerServices;
using Seven.Encoders;
using Seven.Numerics;
using Seven.Numerics.Simd;
using Seven.Pruning;

namespace Seven.Training;

/// <summary>AdamW: Adam with decoupled weight decay (Loshchilov and Hutter, 2019), the update fused into one pass.</summary>
internal sealed class AdamW
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;
    private const int PartLength = 1 << 14;

    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly (int Parameter, int Start)[] _parts;
    private readonly double _weightDecay;
    private readonly Workers _workers;

    public AdamW(IReadOnlyList<Parameter> parameters, double weightDecay, Workers workers)
    {
        (_parameters, _weightDecay, _workers) = (parameters, weightDecay, workers);
        Moments = [.. parameters.Select(parameter => (new float[parameter.Count], new float[parameter.Count]))];
        _parts =
        [
            .. from index in Enumerable.Range(0, parameters.Count)
               from part in Enumerable.Range(0, (parameters[index].Count + PartLength - 1) / PartLength)
               select (index, part * PartLength),
        ];
    }

    /// <summary>Smoothed gradients and squared gradients of each parameter.</summary>
    public IReadOnlyList<(float[] First, float[] Second)> Moments { get; }

    /// <summary>Updates taken so far.</summary>
    public int StepsTaken { get; set; }

    public void Step(double learningRate)
    {
        StepsTaken++;
        _workers.For(_parts.Length, grain: 1, (start, end) =>
        {
            for (int i = start; i < end; i++)
                StepPart(_parts[i].Parameter, _parts[i].Start, learningRate);
        });
    }

    /// <summary>Forgets the moments of pruned weights.</summary>
    public void Mask(Pruner pruner)
    {
        var masks = pruner.Names.Zip(pruner.Masks).ToDictionary();
        for (int i = 0; i < _parameters.Count; i++)
        {
            if (!masks.TryGetValue(_parameters[i].Name, out var mask))
                continue;
            mask.Apply(Moments[i].First);
            mask.Apply(Moments[i].Second);
        }
    }

    private void StepPart(int index, int start, double learningRate)
    {
        var parameter = _parameters[index];
        int length = Math.Min(PartLength, parameter.Count - start);
        double decay = parameter.Decays ? _weightDecay : 0;
        var gradient = parameter.Gradient.Slice(start, length);
        FusedUpdate.Run(
            new Update(learningRate, decay, StepsTaken), gradient, gradient, parameter.Values.Slice(start, length),
            Moments[index].First.AsSpan(start, length), Moments[index].Second.AsSpan(start, length));
    }

    private readonly struct Update(double learningRate, double decay, int step) : IFusedUpdate
    {
        private readonly float _keep = (float)(1 - learningRate * decay);
        private readonly float _rate = (float)(learningRate / (1 - Math.Pow(Beta1, step)));
        private readonly float _correction2 = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TSimd, TVector>(TVector gradient, TVector same, ref TVector weight, ref TVector first, ref TVector second)
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
