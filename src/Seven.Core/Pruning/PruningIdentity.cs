using System.Text.Json;
using Seven.Pruning.Criteria;
using Seven.Pruning.Patterns;

namespace Seven.Pruning;

/// <summary>The members of <see cref="PruningOptions"/> by which a saved run is recognized.</summary>
internal static class PruningIdentity
{
    public static void Write(Utf8JsonWriter json, PruningOptions options)
    {
        json.WriteNumber("sparsity", options.Sparsity);
        if (options.InitialSparsity > 0)
            json.WriteNumber("initialSparsity", options.InitialSparsity);
        WriteLimit(json, options);
        WriteCurve(json, options.Curve);
        Write(json, options.Criterion);
        Write(json, options.Pattern);
        json.WriteString("mode", options.Timing.ToString());
        json.WriteString("scope", options.Scope.ToString());
        json.WriteString("pruneEvery", options.PruneEvery.ToString());
        json.WriteString("warmUp", options.WarmUp.Identity);
        json.WriteString("pruningSteps", options.PruningSteps?.Identity);
        json.WriteString("recovery", options.Recovery?.Identity);
        Write(json, "include", options.Include);
        Write(json, "exclude", options.Exclude);
    }

    /// <summary>Nothing where there is no limit: states saved before there was one go on.</summary>
    public static void WriteLimit(Utf8JsonWriter json, PruningOptions options)
    {
        if (options.MaximumLayerSparsity < 1)
            json.WriteNumber("maximumLayerSparsity", options.MaximumLayerSparsity);
    }

    /// <summary>Nothing for the usual curve, likewise.</summary>
    public static void WriteCurve(Utf8JsonWriter json, SparsityCurve curve)
    {
        if (curve != SparsityCurve.Cubic)
            json.WriteString("curve", curve.ToString());
    }

    public static void Write(Utf8JsonWriter json, ICriterion criterion)
    {
        json.WriteStartObject("criterion");
        json.WriteString("name", criterion.Name);
        foreach (var (name, value) in criterion.Settings)
            json.WriteNumber(name, value);
        json.WriteEndObject();
    }

    /// <summary>Nothing for the usual pattern: states saved before there were others go on.</summary>
    public static void Write(Utf8JsonWriter json, MaskPattern pattern)
    {
        if (!pattern.IsTrivial)
            json.WriteString("pattern", pattern.Name);
    }

    public static void Write(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
