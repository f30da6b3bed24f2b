using Seven.Encoders;
using Seven.Formats.Onnx;

namespace Seven.Export;

/// <summary>Rotations of queries and keys by their positions in an ONNX graph, and which keys are too far away.</summary>
/// <param name="graph">The graph.</param>
/// <param name="headSize">Features of a head.</param>
/// <param name="rotary">The settings.</param>
/// <param name="mask">The mask of texts, [batch × tokens], whose length is counted.</param>
internal sealed class OnnxRotary(OnnxGraph graph, int headSize, RotaryPositions rotary, string mask)
{
    /// <summary>The value added to the scores of keys out of reach.</summary>
    private const float Hidden = -1e9f;

    private readonly Dictionary<double, (string Sines, string Cosines)> _angles = [];
    private string? _positions;
    private string? _far;

    /// <summary>Turns [batch × heads × tokens × head size].</summary>
    public string Turn(string x, int layer)
    {
        var (sines, cosines) = AnglesOf(rotary.ThetaOf(layer));
        string[] halves = graph.Nodes("Split", [x], 2, ("axis", -1L));
        string first = graph.Node("Sub", [graph.Node("Mul", [halves[0], cosines]), graph.Node("Mul", [halves[1], sines])]);
        string second = graph.Node("Add", [graph.Node("Mul", [halves[1], cosines]), graph.Node("Mul", [halves[0], sines])]);
        return graph.Node("Concat", [first, second], ("axis", -1L));
    }

    /// <summary>Scores without those of keys that are too far away in the layer.</summary>
    public string WithoutFar(string scores, int layer)
    {
        if (rotary.ReachOf(layer) is not { } reach)
            return scores;
        if (_far is null)
        {
            string distance = graph.Node("Abs", [graph.Node("Sub", [graph.Node("Unsqueeze", [Positions(), graph.Longs(0)]), graph.Node("Unsqueeze", [Positions(), graph.Longs(1)])])]);
            _far = graph.Node("Mul", [graph.Node("Cast", [graph.Node("Greater", [distance, graph.Scalar(reach)])], ("to", (long)OnnxType.Float)), graph.Scalar(Hidden)]);
        }

        return graph.Node("Add", [scores, _far]);
    }

    /// <summary>0, 1, … as floats, [tokens].</summary>
    private string Positions() => _positions ??= graph.Node(
        "Cast", [graph.Node("Range", [graph.Long(0), graph.Node("Gather", [graph.Node("Shape", [mask]), graph.Long(1)]), graph.Long(1)])], ("to", (long)OnnxType.Float));

    private (string Sines, string Cosines) AnglesOf(double theta)
    {
        if (_angles.TryGetValue(theta, out var known))
            return known;
        float[] frequencies = [.. Enumerable.Range(0, headSize / 2).Select(feature => (float)(1 / Math.Pow(theta, (float)(2 * feature) / headSize)))];
        string table = graph.Floats(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"frequencies_{theta:R}"), frequencies, 1, frequencies.Length);
        string angles = graph.Node("Mul", [graph.Node("Unsqueeze", [Positions(), graph.Longs(1)]), table]);
        return _angles[theta] = (graph.Node("Sin", [angles]), graph.Node("Cos", [angles]));
    }
}
