using Seven.Encoders;
using Seven.Inference;
using Seven.Reports;
using Seven.Training;

namespace Seven.Goals;

/// <summary>The result of a search for a goal.</summary>
/// <param name="Model">The model that was chosen.</param>
/// <param name="Precision">The numbers with which it scores. For int8 the model's weights are rounded already, by what its layers read of training examples: <c>SaveCompact(folder, ValuePrecision.Int8)</c> stores
/// them as they are, and what is loaded scores so.</param>
/// <param name="Run">The result of its run; the report holds the search.</param>
/// <param name="Search">The trials.</param>
public sealed record GoalSearchResult<TInput, TExample, TOutput>(EncoderModel<TInput, TExample, TOutput> Model, Precision Precision, FineTuningResult Run, SearchReport Search)
    where TExample : class, TInput;
