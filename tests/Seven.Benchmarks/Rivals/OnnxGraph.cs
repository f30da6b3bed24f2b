using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Seven.Benchmarks.Rivals;

/// <summary>An ONNX model that is put together node by node.</summary>
internal sealed class OnnxGraph
{
    private const int Float = 1;
    private const int Int8 = 3;
    private const int Int32 = 6;
    private const int Int64 = 7;

    private readonly MemoryStream _graph = new();

    /// <summary>Adds a node.</summary>
    /// <param name="operation">Its operator: of ONNX Runtime's own where it is one of those.</param>
    /// <param name="inputs">Names; an empty one for an input that is left out.</param>
    /// <param name="outputs">Names.</param>
    /// <param name="attributes">Whole numbers and floats.</param>
    /// <returns>The first output.</returns>
    public string Node(string operation, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        Message(_graph, 1, node =>
        {
            foreach (string input in inputs)
                Text(node, 1, input);
            foreach (string output in outputs)
                Text(node, 2, output);
            Text(node, 4, operation);
            foreach (var (name, value) in attributes)
                Message(node, 5, attribute =>
                {
                    Text(attribute, 1, name);
                    if (value is float number)
                        Write(attribute, WireFormat.WireType.Fixed32, 2, stream => stream.WriteFloat(number));
                    else
                        Number(attribute, 3, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                    Number(attribute, 20, value is float ? 1 : 2);
                });
            if (IsOfRuntime(operation))
                Text(node, 7, "com.microsoft");
        });
        return outputs[0];
    }

    public string Floats(string name, ReadOnlySpan<float> values, params int[] shape) => Tensor(name, Float, MemoryMarshal.AsBytes(values).ToArray(), shape);

    public string Bytes(string name, ReadOnlySpan<sbyte> values, params int[] shape) => Tensor(name, Int8, MemoryMarshal.AsBytes(values).ToArray(), shape);

    public string Longs(string name, params long[] values) => Tensor(name, Int64, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), [values.Length]);

    /// <summary>Names an input of whole numbers, [batch × tokens].</summary>
    public void Input(string name) => Message(_graph, 11, info => Value(info, name, Int32, ["batch", "tokens"]));

    /// <summary>Names an output of floats.</summary>
    public void Output(string name) => Message(_graph, 12, info => Value(info, name, Float, ["batch", "outputs"]));

    /// <summary>The model as a file's content.</summary>
    public byte[] ToModel()
    {
        Text(_graph, 2, "bert");
        var model = new MemoryStream();
        Number(model, 1, 8);
        foreach (var (domain, version) in new[] { ("", 17), ("com.microsoft", 1) })
            Message(model, 8, set =>
            {
                Text(set, 1, domain);
                Number(set, 2, version);
            });
        Message(model, 7, graph => _graph.WriteTo(graph));
        return model.ToArray();
    }

    private static bool IsOfRuntime(string operation) => operation is "Attention" or "QAttention" or "SkipLayerNormalization" or "BiasGelu" or "FastGelu"

        or "DynamicQuantizeMatMul" or "EmbedLayerNormalization";

    private string Tensor(string name, int type, byte[] raw, int[] shape)
    {
        Message(_graph, 5, tensor =>
        {
            foreach (int size in shape)
                Number(tensor, 1, size);
            Number(tensor, 2, type);
            Text(tensor, 8, name);
            Write(tensor, WireFormat.WireType.LengthDelimited, 9, stream => stream.WriteBytes(UnsafeByteOperations.UnsafeWrap(raw)));
        });
        return name;
    }

    private static void Value(Stream info, string name, int type, string[] sizes)
    {
        Text(info, 1, name);
        Message(info, 2, any => Message(any, 1, tensor =>
        {
            Number(tensor, 1, type);
            Message(tensor, 2, shape =>
            {
                foreach (string size in sizes)
                    Message(shape, 1, dimension => Text(dimension, 2, size));
            });
        }));
    }

    private static void Text(Stream to, int field, string text) => Write(to, WireFormat.WireType.LengthDelimited, field, stream => stream.WriteString(text));

    private static void Number(Stream to, int field, long number) => Write(to, WireFormat.WireType.Varint, field, stream => stream.WriteInt64(number));

    private static void Message(Stream to, int field, Action<Stream> write)
    {
        var content = new MemoryStream();
        write(content);
        Write(to, WireFormat.WireType.LengthDelimited, field, stream => stream.WriteLength((int)content.Length));
        content.WriteTo(to);
    }

    private static void Write(Stream to, WireFormat.WireType type, int field, Action<CodedOutputStream> write)
    {
        using var stream = new CodedOutputStream(to, leaveOpen: true);
        stream.WriteTag(field, type);
        write(stream);
    }
}
