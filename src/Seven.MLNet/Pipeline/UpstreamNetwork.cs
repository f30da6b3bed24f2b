using Microsoft.ML;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Internals;
using Seven.MLNet.Stock;

namespace Seven.MLNet.Pipeline;

/// <summary>The fitted network that made a view's columns, and the rows it read.</summary>
internal sealed record UpstreamNetwork(ITransformer Transformer, IDataView Rows)
{
    /// <summary>Walks from a view to where it came from, up to the nearest network.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message tells what was found.</exception>
    public static UpstreamNetwork Find(IDataView view)
    {
        var passed = new List<string>();
        for (var current = view; current is not null; current = MlNetInternals.Instance.SourceOf(current))
        {
            if (current is ScoredRows scored)
                return new UpstreamNetwork(scored.Transformer, scored.Source);
            var transformer = MlNetInternals.Instance.TransformerOf(current);
            if (transformer is not null && TrainerKind.All.Any(kind => kind.Transformer.IsInstanceOfType(transformer)))
                return new UpstreamNetwork(
                    transformer, MlNetInternals.Instance.SourceOf(current) ?? throw new InvalidOperationException($"The rows before {transformer.GetType().Name} are not known."));
            passed.Add((transformer?.GetType() ?? current.GetType()).Name);
        }

        throw new InvalidOperationException(
            $"SevenPrune found no network upstream. Found, from here upwards: {string.Join(", ", passed)}. "
            + $"Expected one of {IPrunableTrainer.Names}: "
            + "either append the trainer before, .Append(trainer).Append(mlContext.Transforms.SevenPrune()), or wrap it, .Append(mlContext.Transforms.SevenPrune(trainer)).");
    }
}
