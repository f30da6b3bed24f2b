using Seven.Formats.Onnx;

namespace Seven.Export;

/// <summary>Functions that ONNX's operators have no name for at the version used.</summary>
internal static class OnnxFunctions
{
    /// <summary>GELU in its exact form, in the pattern that ONNX Runtime's optimizer knows and fuses.</summary>
    public static string Gelu(OnnxGraph graph, string x)
    {
        string error = graph.Node("Erf", [graph.Node("Div", [x, graph.Scalar(MathF.Sqrt(2))])]);
        return graph.Node("Mul", [graph.Node("Mul", [x, graph.Node("Add", [error, graph.Scalar(1)])]), graph.Scalar(0.5f)]);
    }
}
