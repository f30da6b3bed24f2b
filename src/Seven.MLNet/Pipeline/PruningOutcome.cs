using Seven.Reports;
using Seven.Training;

namespace Seven.MLNet.Pipeline;

/// <summary>The outcome of a run.</summary>
internal sealed record PruningOutcome(PruningReport Report, IReadOnlyList<EpochSummary> History, StopReason Stopped);
