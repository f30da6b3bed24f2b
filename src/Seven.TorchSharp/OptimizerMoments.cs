using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Seven.TorchSharp;

/// <summary>Reaches what an optimizer remembers of each parameter: moments, momentum, sums of squares.</summary>
internal static class OptimizerMoments
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> s_tensorFields = [];

    /// <summary>Sets to zero what the optimizer remembers of pruned weights.</summary>
    /// <exception cref="ArgumentException">The optimizer has none of the pruned weights.</exception>
    public static void Mask(optim.Optimizer optimizer, IPruningEngine engine)
    {
        var states = StatesOf(optimizer);
        bool found = false;
        foreach (var part in engine.Parts)
        {
            if (!states.TryGetValue(part.Owner.Handle, out var state))
                continue;
            found = true;
            foreach (var moment in TensorsOf(state).Where(moment => moment.shape.AsSpan().SequenceEqual(part.Owner.shape)))
                Mask(part, moment);
        }

        if (!found && states.Count > 0)
            throw new ArgumentException(
                $"None of the {engine.Weights.Count} pruned arrays is among the {states.Count} parameters of this {optimizer.GetType().Name}; "
                + "expected the optimizer of the pruned module, created over module.parameters().");
    }

    private static void Mask(IPrunedPart part, Tensor moment)
    {
        using var _ = no_grad();
        if (part.Count == moment.numel())
        {
            part.Mask(moment);
            return;
        }

        using var values = moment.narrow(0, part.Start, part.Count);
        part.Mask(values);
    }

    private static Dictionary<nint, OptimizerState> StatesOf(optim.Optimizer optimizer)
    {
        // LBFGS alone is no such helper; what it remembers are steps of all weights together.
        if (optimizer is not OptimizerHelper helper)
            return [];
        return helper.parameters().Zip(helper.state_dict().State).ToDictionary(pair => (nint)pair.First.Handle, pair => pair.Second);
    }

    private static IEnumerable<Tensor> TensorsOf(OptimizerState state) =>
        s_tensorFields.GetOrAdd(state.GetType(), static type =>
                [.. type.GetFields(BindingFlags.Public | BindingFlags.Instance).Where(field => field.FieldType == typeof(Tensor))])
            .Select(field => field.GetValue(state)).OfType<Tensor>().Where(tensor => !tensor.IsInvalid);
}
