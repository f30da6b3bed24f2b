using Microsoft.ML;
using Seven.MLNet.MLNetInternals;

namespace Seven.MLNet.Pipeline;

/// <summary>The fitted network that made a view's columns, and the rows it read.</summary>
internal sealed record UpstreamNetwork(ITransformer Transformer, IDataView Rows)
{
    /// <summary>Walks from a view to where it came from, up to the nearest network.</summary>
    /// <exception cref="InvalidOperationException">There is none, or the package that prunes it is missing; the message says what was found.</exception>
    public static UpstreamNetwork Find(IDataView view)
    {
        var passed = new List<string>();
        for (var current = view; current is not null; current = ViewSources.SourceOf(current))
        {
            if (current is INetworkRows scored)
                return new UpstreamNetwork(scored.Transformer, scored.Source);
            var transformer = ViewSources.TransformerOf(current);
            if (transformer is not null && StockFamily.For(transformer) is { } family && family.HoldsNetwork(transformer))
                return new UpstreamNetwork(
                    transformer, ViewSources.SourceOf(current) ?? throw new InvalidOperationException($"The rows before {transformer.GetType().Name} are not known."));
            passed.Add((transformer?.GetType() ?? current.GetType()).Name);
        }

        throw new InvalidOperationException(
            $"SevenPrune found no network upstream. Found, from here upwards: {string.Join(", ", passed)}. "
            + $"Expected one of {IPrunableTrainer.Names}: "
            + "either append the trainer before, .Append(trainer).Append(mlContext.Transforms.SevenPrune()), or wrap it, .Append(mlContext.Transforms.SevenPrune(trainer)).");
    }
}
