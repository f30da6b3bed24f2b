using Seven.Encoders;
using Seven.Formats.Onnx;
using Seven.Weights;
using Seven.Weights.Int8;

namespace Seven.Export;

/// <summary>A model's parameters in an ONNX graph: linear layers, norms and tables.</summary>
/// <param name="graph">The graph.</param>
/// <param name="model">The model.</param>
/// <param name="settings">How they are written.</param>
internal sealed class OnnxWeights(OnnxGraph graph, EncoderModel model, OnnxSettings settings)
{
    /// <summary>Signed bytes are symmetric, so that pruned weights stay zero.</summary>
    private const int LargestWeight = 127;

    private readonly Dictionary<string, Parameter> _parameters = model.Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);

    /// <summary>Inputs of layers that were rounded already: query, key and value read one.</summary>
    private readonly Dictionary<string, string[]> _rounded = new(StringComparer.Ordinal);

    public OnnxGraph Graph => graph;

    public bool UsesContribOperators => settings.UsesContribOperators;

    public bool Has(string name) => _parameters.ContainsKey(name);

    /// <summary>Outputs of a linear layer.</summary>
    public int Outputs(string layer) => _parameters[layer + ".weight"].Shape[0];

    /// <summary>W · x + b over the last axis.</summary>
    /// <param name="layer">The layer, without <c>.weight</c> and <c>.bias</c>.</param>
    /// <param name="x">The input, [… × inputs].</param>
    public string Linear(string layer, string x)
    {
        string product = Product(layer, x);
        return Has(layer + ".bias") ? graph.Node("Add", [product, Tensor(layer + ".bias")]) : product;
    }

    /// <summary>W · x.</summary>
    public string Product(string layer, string x)
    {
        var weight = _parameters[layer + ".weight"];
        return IsInt8(weight) ? Int8Product(weight, x) : graph.Node("MatMul", [x, Transposed(weight)]);
    }

    /// <summary>Attention by ONNX Runtime's operator, over the three layers side by side.</summary>
    /// <param name="layers">Query, key and value.</param>
    /// <param name="x">The input.</param>
    /// <param name="mask">1 for tokens that may be attended to, [batch × tokens]; empty if all may.</param>
    /// <param name="heads">Heads.</param>
    public string Attention(string[] layers, string x, string mask, int heads)
    {
        Parameter[] matrices = [.. layers.Select(layer => _parameters[layer + ".weight"])];
        float[] all = [.. matrices.SelectMany(matrix => matrix.Values.ToArray())], biases = [.. layers.SelectMany(layer => _parameters[layer + ".bias"].Values.ToArray())];
        var (outputs, inputs) = (biases.Length, matrices[0].Shape[1]);
        string name = matrices[0].Name + ".and_key_and_value", bias = graph.Floats(name + ".bias", biases, outputs);
        if (!IsInt8(matrices[0]))
            return graph.Contrib("Attention", [x, graph.Floats(name, Transpose<float>(all, outputs, inputs), inputs, outputs), bias, mask], ("num_heads", (long)heads));
        var (values, scales) = Rounded(all, outputs, inputs);
        string[] rounded = RoundedInput(x);
        string bytes = graph.Bytes(name, Transpose<sbyte>(values, outputs, inputs), inputs, outputs);
        return graph.Contrib(
            "QAttention", [rounded[0], bytes, bias, rounded[1], graph.Floats(name + ".scale", scales, outputs), mask, rounded[2], graph.Bytes(name + ".zero", new sbyte[outputs], outputs)], ("num_heads", (long)heads));
    }

    /// <summary>Layer normalization over the last axis.</summary>
    public string Norm(string layer, string x)
    {
        string[] parameters = Has(layer + ".bias") ? [Tensor(layer + ".weight"), Tensor(layer + ".bias")] : [Tensor(layer + ".weight")];
        return graph.Node("LayerNormalization", [x, .. parameters], ("axis", -1L), ("epsilon", (float)model.Configuration.NormEpsilon));
    }

    /// <summary>Entries of a table, [… × features].</summary>
    public string LookUp(string table, string entries)
    {
        var parameter = _parameters[table];
        if (!IsInt8(parameter))
            return graph.Node("Gather", [Tensor(table), entries]);
        var (rows, columns) = (parameter.Shape[0], parameter.Shape[1]);
        var (values, scales) = Rounded(parameter.Values, rows, columns);
        string bytes = graph.Node("Gather", [graph.Bytes(table, values, rows, columns), entries]);
        return graph.Node("Mul", [graph.Node("Cast", [bytes], ("to", (long)OnnxType.Float)), graph.Node("Gather", [graph.Floats(table + ".scale", scales, rows, 1), entries])]);
    }

    /// <summary>A parameter as it is.</summary>
    public string Tensor(string name) => graph.Floats(name, _parameters[name].Values, [.. _parameters[name].Shape]);

    /// <summary>[inputs × outputs], as ONNX multiplies.</summary>
    private string Transposed(Parameter weight)
    {
        var (outputs, inputs) = (weight.Shape[0], weight.Shape[1]);
        return graph.Floats(weight.Name + ".transposed", Transpose(weight.Values, outputs, inputs), inputs, outputs);
    }

    /// <summary>The input is rounded as it comes, with one scale; each output of the layer has a scale of its own.</summary>
    private string Int8Product(Parameter weight, string x)
    {
        var (outputs, inputs) = (weight.Shape[0], weight.Shape[1]);
        var (values, scales) = Rounded(weight.Values, outputs, inputs);
        string bytes = graph.Bytes(weight.Name + ".transposed", Transpose<sbyte>(values, outputs, inputs), inputs, outputs);
        if (settings.UsesContribOperators)
            return graph.Contrib("DynamicQuantizeMatMul", [x, bytes, graph.Floats(weight.Name + ".scale", scales, outputs), graph.Bytes(weight.Name + ".zero", new sbyte[outputs], outputs)]);
        string[] rounded = RoundedInput(x);
        string product = graph.Node("Cast", [graph.Node("MatMulInteger", [rounded[0], bytes, rounded[2]])], ("to", (long)OnnxType.Float));
        return graph.Node("Mul", [product, graph.Node("Mul", [rounded[1], graph.Floats(weight.Name + ".scale", scales, outputs)])]);
    }

    private bool IsInt8(Parameter parameter) => settings.IsInt8 && model.MayBeInt8(parameter);

    /// <summary>The bytes, their scale and their zero.</summary>
    private string[] RoundedInput(string x)
    {
        if (!_rounded.TryGetValue(x, out string[]? rounded))
            _rounded[x] = rounded = graph.Nodes("DynamicQuantizeLinear", [x], 3);
        return rounded;
    }

    private (sbyte[] Values, float[] Scales) Rounded(ReadOnlySpan<float> values, int rows, int columns)
    {
        var (rounded, scales) = (new sbyte[values.Length], new float[rows]);
        float scaleOfAll = settings.HasScalePerOutput ? 0 : RowScale.Of(values, LargestWeight);
        for (int row = 0; row < rows; row++)
        {
            var part = values.Slice(row * columns, columns);
            scales[row] = settings.HasScalePerOutput ? RowScale.Of(part, LargestWeight) : scaleOfAll;
            RowScale.Round(part, scales[row], LargestWeight, rounded.AsSpan(row * columns, columns));
        }

        return (rounded, scales);
    }

    private static T[] Transpose<T>(ReadOnlySpan<T> values, int rows, int columns)
    {
        var transposed = new T[values.Length];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                transposed[column * rows + row] = values[row * columns + column];
        return transposed;
    }
}
