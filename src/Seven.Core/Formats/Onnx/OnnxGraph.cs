using System.Globalization;
using System.Runtime.InteropServices;

namespace Seven.Formats.Onnx;

/// <summary>An ONNX model that is put together node by node, as onnx.proto describes it.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The version of the file format, and that of the operators: the first one with layer normalization.</summary>
    private const int FormatVersion = 8;
    private const int OperatorVersion = 17;

    private const string ContribDomain = "com.microsoft";

    private readonly ProtoMessage _graph = new();
    private readonly HashSet<string> _tensors = new(StringComparer.Ordinal);
    private bool _usesContribOperators;
    private int _names;

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">Its operator.</param>
    /// <param name="inputs">Names; an empty one for an input that is left out.</param>
    /// <param name="attributes">Whole numbers, lists of them, and floats.</param>
    /// <returns>The output's name.</returns>
    public string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes) => Nodes(operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    /// <returns>The outputs' names.</returns>
    public string[] Nodes(string operation, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => string.Create(CultureInfo.InvariantCulture, $"{operation}_{_names++}"))];
        AddNode(operation, inputs, names, attributes);
        return names;
    }

    /// <summary>Adds an operator of ONNX Runtime's own.</summary>
    public string Contrib(string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        _usesContribOperators = true;
        string name = string.Create(CultureInfo.InvariantCulture, $"{operation}_{_names++}");
        AddNode(operation, inputs, [name], attributes, ContribDomain);
        return name;
    }

    /// <summary>Adds a tensor of floats under a name, once.</summary>
    public string Floats(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) => Tensor(name, OnnxType.Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a tensor of signed bytes under a name, once.</summary>
    public string Bytes(string name, ReadOnlySpan<sbyte> values, params ReadOnlySpan<int> shape) => Tensor(name, OnnxType.Int8, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A list of whole numbers.</summary>
    public string Longs(params ReadOnlySpan<long> values) => Tensor("longs_" + string.Join('_', values.ToArray()), OnnxType.Int64, MemoryMarshal.AsBytes(values), values.Length);

    /// <summary>A whole number.</summary>
    public string Long(long value) => Tensor(string.Create(CultureInfo.InvariantCulture, $"long_{value}"), OnnxType.Int64, MemoryMarshal.AsBytes([value]));

    /// <summary>A number.</summary>
    public string Scalar(float value) => Tensor(string.Create(CultureInfo.InvariantCulture, $"float_{value:R}"), OnnxType.Float, MemoryMarshal.AsBytes([value]));

    /// <summary>Names an input of the model.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">What it holds.</param>
    /// <param name="sizes">Names of sizes that vary, and those that do not.</param>
    public string Input(string name, OnnxType type, params string[] sizes)
    {
        _graph.Message(11, info => Value(info, name, type, sizes));
        return name;
    }

    /// <summary>Gives a value the name of an output of the model, of floats.</summary>
    public void Output(string name, string value, params string[] sizes)
    {
        AddNode("Identity", [value], [name], []);
        _graph.Message(12, info => Value(info, name, OnnxType.Float, sizes));
    }

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="metadata">Keys and values that describe the model.</param>
    /// <exception cref="InvalidOperationException">The model is larger than the format allows.</exception>
    public void WriteTo(Stream stream, string name, IEnumerable<(string Key, string Value)> metadata)
    {
        _graph.Text(2, name);
        var model = new ProtoMessage();
        model.Number(1, FormatVersion);
        model.Text(2, "Seven.MLNet");
        model.Message(8, set => WriteOperators(set, "", OperatorVersion));
        if (_usesContribOperators)
            model.Message(8, set => WriteOperators(set, ContribDomain, 1));
        foreach (var (key, value) in metadata)
            model.Message(14, entry =>
            {
                entry.Text(1, key);
                entry.Text(2, value);
            });
        model.Message(7, _graph);
        if (model.Length > int.MaxValue)
            throw new InvalidOperationException($"The model has {model.Length:N0} bytes; expected less than 2 GB, which is as much as one ONNX file may have.");
        model.WriteTo(stream);
    }

    private void AddNode(string operation, string[] inputs, string[] outputs, (string Name, object Value)[] attributes, string? domain = null) => _graph.Message(1, node =>
    {
        foreach (string input in inputs)
            node.Text(1, input);
        foreach (string output in outputs)
            node.Text(2, output);
        node.Text(3, outputs[0]);
        node.Text(4, operation);
        foreach (var (name, value) in attributes)
            node.Message(5, attribute => WriteAttribute(attribute, name, value));
        if (domain is not null)
            node.Text(7, domain);
    });

    private static void WriteAttribute(ProtoMessage attribute, string name, object value)
    {
        attribute.Text(1, name);
        switch (value)
        {
            case float number:
                attribute.Float(2, number);
                attribute.Number(20, 1);
                break;
            case long[] numbers:
                foreach (long number in numbers)
                    attribute.Number(8, number);
                attribute.Number(20, 7);
                break;
            default:
                attribute.Number(3, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                attribute.Number(20, 2);
                break;
        }
    }

    private string Tensor(string name, OnnxType type, ReadOnlySpan<byte> raw, params ReadOnlySpan<int> shape)
    {
        if (!_tensors.Add(name))
            return name;
        var tensor = new ProtoMessage();
        foreach (int size in shape)
            tensor.Number(1, size);
        tensor.Number(2, (int)type);
        tensor.Text(8, name);
        tensor.Bytes(9, raw.ToArray());
        _graph.Message(5, tensor);
        return name;
    }

    private static void WriteOperators(ProtoMessage set, string domain, int version)
    {
        set.Text(1, domain);
        set.Number(2, version);
    }

    private static void Value(ProtoMessage info, string name, OnnxType type, string[] sizes)
    {
        info.Text(1, name);
        info.Message(2, any => any.Message(1, tensor =>
        {
            tensor.Number(1, (int)type);
            tensor.Message(2, shape =>
            {
                foreach (string size in sizes)
                    shape.Message(1, dimension =>
                    {
                        if (long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                            dimension.Number(1, number);
                        else
                            dimension.Text(2, size);
                    });
            });
        }));
    }
}

/// <summary>The element type of a tensor, by onnx.proto's numbers.</summary>
internal enum OnnxType
{
    Float = 1,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
}
