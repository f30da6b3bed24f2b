using System.Text.Json;
using Seven.Pruning;
using Seven.Pruning.Criteria;

namespace Seven.Tests.Golden;

/// <summary>One of the authors' own pruning runs: what went into each step and what came out.</summary>
internal sealed record GoldenRun(string Name, PruningOptions Options, PruningSchedule Schedule, IReadOnlyList<GoldenLayer> Layers, IReadOnlyList<GoldenStep> Steps)
{
    /// <summary>The runs were made in float32 by another order of operations.</summary>
    private const double Tolerance = 1e-5;

    public static IEnumerable<object[]> Files =>
        TestFolders.Golden.SelectMany(folder => Directory.EnumerateFiles(folder, "*.json")).Select(file => new object[] { file });

    public static GoldenRun Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var run = json.RootElement;
        var options = new PruningOptions { Sparsity = run.GetProperty("sparsity").GetDouble(), Criterion = CriterionOf(run) };
        return new GoldenRun(
            Path.GetFileName(file), options,
            new PruningSchedule(options.Sparsity, warmUpSteps: 0, run.GetProperty("pruningSteps").GetInt32()),
            [.. run.GetProperty("layers").EnumerateArray().Select(GoldenLayer.Of)],
            [.. run.GetProperty("steps").EnumerateArray().Select(GoldenStep.Of)]);
    }

    public static void AssertClose(float[] expected, ReadOnlySpan<float> actual, string where)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], Tolerance * Math.Abs(expected[i]), $"{where}, index {i}");
    }

    private static ICriterion CriterionOf(JsonElement run)
    {
        var (alpha1, alpha2) = (run.GetProperty("alpha1").GetDouble(), run.GetProperty("alpha2").GetDouble());
        return run.GetProperty("algorithm").GetString()!.ToUpperInvariant() switch
        {
            "SEVEN" => new SevenCriterion { MagnitudeSmoothing = alpha1, SquareSmoothing = alpha2 },
            "PLATON" => new PlatonCriterion { SensitivitySmoothing = alpha1, UncertaintySmoothing = alpha2, Window = 1 },
            "SNIP" => new SnipCriterion(),
            "SENSITIVITY" => new SensitivityCriterion(),
            "MAGNITUDE" => new MagnitudeCriterion(),
            "MOVEMENT" => new MovementCriterion(),
            var other => throw new InvalidDataException($"There is no criterion {other}."),
        };
    }
}

/// <summary>A pruned array.</summary>
internal sealed record GoldenLayer(string Name, int[] Shape)
{
    public static GoldenLayer Of(JsonElement layer) => new(
        layer.GetProperty("name").GetString()!, [.. layer.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())]);
}

/// <summary>One pruning step.</summary>
internal sealed record GoldenStep(int Number, long Kept, IReadOnlyList<GoldenLayerStep> Layers)
{
    public static GoldenStep Of(JsonElement step) => new(
        step.GetProperty("step").GetInt32(), step.GetProperty("kept").GetInt64(),
        [.. step.GetProperty("layers").EnumerateArray().Select(GoldenLayerStep.Of)]);
}

/// <summary>One array at one step; the smoothed arrays are those of criteria that have them.</summary>
internal sealed record GoldenLayerStep(float[] Weight, float[] Gradient, float[] Importance, float[]? M, float[]? V, bool[] Mask)
{
    public static GoldenLayerStep Of(JsonElement layer) => new(
        Floats(layer, "weight"), Floats(layer, "grad"), Floats(layer, "importance"), OptionalFloats(layer, "m"), OptionalFloats(layer, "v"),
        [.. layer.GetProperty("mask").EnumerateArray().Select(item => item.GetDouble() != 0)]);

    private static float[]? OptionalFloats(JsonElement layer, string name) =>
        layer.GetProperty(name).ValueKind == JsonValueKind.Array ? Floats(layer, name) : null;

    private static float[] Floats(JsonElement layer, string name) =>
        [.. layer.GetProperty(name).EnumerateArray().Select(item => item.GetSingle())];
}
