using System.Text.Json;
using System.Text.Json.Serialization;
using Seven.Formats;

namespace Seven.Reports;

/// <summary>Reports as JSON: for programs, and to be shown later.</summary>
internal static partial class ReportFile
{
    public static void Save(PruningReport report, string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, report, ReportJson.Default.PruningReport));

    /// <exception cref="InvalidDataException">The file is no report.</exception>
    public static PruningReport Load(string path)
    {
        try
        {
            var report = JsonSerializer.Deserialize(File.ReadAllBytes(path), ReportJson.Default.PruningReport) ?? throw new JsonException("it is null");
            return FaultOf(report) is { } fault ? throw new JsonException(fault) : report;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is no report on pruning: {exception.Message}", exception);
        }
    }

    /// <summary>Returns the first inconsistency of a report; <see langword="null"/> if there is none.</summary>
    private static string? FaultOf(PruningReport report)
    {
        // Members that are missing are null in spite of their types.
        if (report is not { Criterion: not null, Pattern: not null, Layers: not null, Course: not null })
            return "criterion, pattern, layers or course is missing";
        if (report.Layers.Any(layer => layer is not { Name: not null, Shape: not null }) || report.Course.Contains(null!))
            return "a layer has no name or no shape, or a point of the course is null";
        if (report.Layers.FirstOrDefault(layer => layer.Kept < 0 || layer.Kept > layer.Weights) is { } layer)
            return $"{layer.Name} keeps {layer.Kept} of {layer.Weights} weights; expected at most all of them";
        if (report.Scores is { } scores && (scores.Ranges is null || scores.Ranges.Any(range => range is null or { Kept: < 0 } or { Removed: < 0 })))
            return "a range of scores is null or holds less than no weight";
        if (report.Values is { } values && (values.Ranges is null || values.Ranges.Any(range => range is null or { Count: < 0 })))
            return "a range of values is null or holds less than no weight";
        return report.Search is { } search && search is not { Goal: not null, Metric: not null, Input: not null, Dense: not null, Trials: not null, Chosen: not null }
            || report.Search?.Trials.Append(report.Search.Dense).Append(report.Search.Chosen).Any(trial => trial is not { Pattern: not null, Precision: not null }) == true
            ? "the search lacks a part, or a trial its pattern or numbers"
            : null;
    }

    /// <summary>Compiled ahead, so that programs can be trimmed.</summary>
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, WriteIndented = true, MaxDepth = 16)]
    [JsonSerializable(typeof(PruningReport))]
    private sealed partial class ReportJson : JsonSerializerContext;
}
