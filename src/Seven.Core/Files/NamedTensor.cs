using System.Runtime.InteropServices;

namespace Seven.Files;

/// <summary>An array to be written to a safetensors file.</summary>
internal sealed class NamedTensor
{
    private readonly ReadOnlyMemory<float> _floats;
    private readonly ReadOnlyMemory<byte> _bytes;

    private NamedTensor(string name, string type, IReadOnlyList<int> shape, ReadOnlyMemory<float> floats, ReadOnlyMemory<byte> bytes) =>
        (Name, Type, Shape, _floats, _bytes) = (name, type, shape, floats, bytes);

    public string Name { get; }

    /// <summary>The format's name of the element type.</summary>
    public string Type { get; }

    public IReadOnlyList<int> Shape { get; }

    public ReadOnlySpan<byte> Bytes => Type == "U8" ? _bytes.Span : MemoryMarshal.AsBytes(_floats.Span);

    public long ByteCount => _bytes.Length + (long)_floats.Length * sizeof(float);

    public static NamedTensor Of(string name, IReadOnlyList<int> shape, ReadOnlyMemory<float> values) => new(name, "F32", shape, values, default);

    public static NamedTensor Of(string name, ReadOnlyMemory<byte> values) => new(name, "U8", [values.Length], default, values);
}
