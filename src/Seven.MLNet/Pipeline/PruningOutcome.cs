using Seven.Reports;
using Seven.Training;

namespace Seven.MLNet.Pipeline;

/// <summary>What a run came to.</summary>
internal sealed record PruningOutcome(PruningReport Report, IReadOnlyList<EpochSummary> History, StopReason Stopped);
