using Seven.Encoders;
using Seven.Inference;
using Seven.Reports;
using Seven.Training;

namespace Seven.Goals;

/// <summary>What a search for a goal came to.</summary>
/// <param name="Model">The model that was chosen.</param>
/// <param name="Precision">The numbers with which it scores. Save it with <c>SaveCompact(folder, ValuePrecision.Int8)</c> where they are int8: what is loaded scores so.</param>
/// <param name="Run">How its run went; its report holds the search.</param>
/// <param name="Search">What was tried.</param>
public sealed record GoalSearchResult<TInput, TExample, TOutput>(EncoderModel<TInput, TExample, TOutput> Model, Precision Precision, FineTuningResult Run, SearchReport Search)
    where TExample : class, TInput;
