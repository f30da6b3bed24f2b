using System.IO.Enumeration;
using Seven.Weights;

namespace Seven.Pruning;

/// <summary>Which of a network's arrays are pruned.</summary>
internal static class WeightSelection
{
    /// <exception cref="ArgumentException">Nothing is selected, two selected arrays have one name, or the pattern does not divide one.</exception>
    public static List<T> Select<T>(IReadOnlyList<T> weights, PruningOptions options)
        where T : IPrunableWeight
    {
        var selected = weights.Where(weight =>
            (options.Include.Count == 0 ? weight.IsPrunable : MatchesAny(options.Include, weight.Name))
            && !MatchesAny(options.Exclude, weight.Name)).ToList();
        if (selected.Count > 0 && !selected.Exists(weight => options.Pattern.Fits(weight)))
            throw new ArgumentException(
                $"The pattern is {options.Pattern.Name}, of which none of {selected.Count} arrays ({selected[0].Name}, …) is known to have parts; expected an encoder of Seven.Core, trained by its own engine on the processor.");
        selected.RemoveAll(weight => !options.Pattern.Fits(weight));
        if (selected.Count == 0)
            throw new ArgumentException(
                $"Nothing to prune: of {weights.Count} arrays ({string.Join(", ", weights.Take(3).Select(weight => weight.Name))}, …) none is included by "
                + $"[{string.Join(", ", options.Include)}] and not excluded by [{string.Join(", ", options.Exclude)}].");
        if (selected.GroupBy(weight => weight.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Two prunable arrays are named {twice.Key}; expected distinct names.");
        foreach (var weight in selected)
            options.Pattern.Check(weight, options.Sparsity);
        return selected;
    }

    /// <exception cref="ArgumentException">More is pruned already than is asked for.</exception>
    public static void CheckTarget(double sparsity, long kept, long weights)
    {
        long target = (long)Math.Floor((1 - sparsity) * weights);
        if (kept < target)
            throw new ArgumentException(
                $"The network is pruned already to {1 - kept / (double)weights:P2} zeros; expected a sparsity of at least that, found {sparsity:P2}.");
    }

    /// <summary>Whether a name fits one of the patterns, in which * matches any text and ? any character.</summary>
    public static bool MatchesAny(IReadOnlyList<string> patterns, string name) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
}
