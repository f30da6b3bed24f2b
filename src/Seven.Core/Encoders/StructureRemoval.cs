using Seven.Pruning.Patterns;
using Seven.Weights;

namespace Seven.Encoders;

/// <summary>Takes heads and features out of a model whose weights were all removed. What the model computes is the same: their outputs met zeros only.</summary>
internal static class StructureRemoval
{
    /// <summary>The shape of the smaller model, and the units that each structure keeps, by its kind and name.</summary>
    public static (EncoderConfiguration Shape, IReadOnlyDictionary<(StructureKind, string), int[]> Kept) Plan(EncoderModel model)
    {
        var kept = model.Parameters.Where(parameter => parameter is { IsPrunable: true, Structure: not null })
            .GroupBy(parameter => (parameter.Structure!.Kind, parameter.Structure.Name))
            .ToDictionary(structure => structure.Key, structure => KeptUnits([.. structure]));
        int features = kept.Where(entry => entry.Key.Kind == StructureKind.IntermediateFeatures).Max(entry => entry.Value.Length);
        foreach (var (key, units) in kept.Where(entry => entry.Key.Kind == StructureKind.IntermediateFeatures).ToList())
            kept[key] = [.. units.Concat(Enumerable.Range(0, model.Configuration.IntermediateSize).Except(units)).Take(features).Order()];
        return (model.Configuration with { IntermediateSize = features, PrunedHeads = PrunedHeads(model.Configuration, kept) }, kept);
    }

    /// <summary>Copies a parameter's values and mask without what belongs to units that are not kept.</summary>
    public static void Copy(Parameter from, Parameter to, int[] kept)
    {
        var part = from.Structure!;
        var (rows, columns) = MaskPattern.MatrixOf(from.Shape);
        bool isRows = from.Shape.Count > 1 && !part.IsOfColumns;
        int size = (isRows ? rows : columns) / part.Units;
        int[] places = [.. kept.SelectMany(unit => Enumerable.Range(unit * size, size))];
        int[] indices = isRows
            ? [.. places.SelectMany(row => Enumerable.Range(row * columns, columns))]
            : [.. Enumerable.Range(0, rows).SelectMany(row => places.Select(column => row * columns + column))];
        for (int i = 0; i < indices.Length; i++)
            to.Values[i] = from.Values[indices[i]];
        if (from.Mask is not { } mask)
            return;
        var left = new PruningMask(indices.Length);
        for (int i = 0; i < indices.Length; i++)
            left[i] = mask[indices[i]];
        to.Mask = left.Kept < left.Count ? left : null;
    }

    /// <summary>Units of which a matrix keeps some weight, at least one of them.</summary>
    private static int[] KeptUnits(Parameter[] parameters)
    {
        int units = parameters[0].Structure!.Units;
        var isKept = new bool[units];
        foreach (var parameter in parameters)
        {
            var (rows, columns) = MaskPattern.MatrixOf(parameter.Shape);
            for (int i = 0; i < parameter.Count; i++)
                if (parameter.Mask is not { } mask || mask[i])
                    isKept[parameter.Structure!.UnitOf(i / columns, i % columns, rows, columns)] = true;
        }

        int[] kept = [.. Enumerable.Range(0, units).Where(unit => isKept[unit])];
        return kept.Length > 0 ? kept : [0];
    }

    /// <summary>The numbers of heads are those of the model before any was removed.</summary>
    private static Dictionary<int, IReadOnlyList<int>> PrunedHeads(EncoderConfiguration shape, Dictionary<(StructureKind Kind, string Name), int[]> kept)
    {
        var pruned = new Dictionary<int, IReadOnlyList<int>>();
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            var before = shape.PrunedHeads.GetValueOrDefault(layer, []);
            int[] present = [.. Enumerable.Range(0, shape.Heads).Except(before)];
            int[] left = kept[(StructureKind.AttentionHeads, shape.Architecture.Layers.Of(layer).Prefix)];
            int[] gone = [.. before.Concat(present.Where((_, position) => !left.Contains(position))).Order()];
            if (gone.Length > 0)
                pruned[layer] = gone;
        }

        return pruned;
    }
}
