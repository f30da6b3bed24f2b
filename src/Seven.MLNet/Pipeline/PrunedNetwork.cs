using Microsoft.ML;

namespace Seven.MLNet.Pipeline;

/// <summary>A network that was trained and pruned.</summary>
/// <param name="Transformer">ML.NET's transformer or this project's over it.</param>
/// <param name="CheckInput">Checks the columns that it reads.</param>
/// <param name="Outcome">How it went.</param>
internal sealed record PrunedNetwork(ITransformer Transformer, Action<DataViewSchema> CheckInput, PruningOutcome Outcome);
