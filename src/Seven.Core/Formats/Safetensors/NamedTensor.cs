using System.Runtime.InteropServices;

namespace Seven.Formats.Safetensors;

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

    public ReadOnlySpan<byte> Bytes => Type == "F32" ? MemoryMarshal.AsBytes(_floats.Span) : _bytes.Span;

    public long ByteCount => _bytes.Length + (long)_floats.Length * sizeof(float);

    public static NamedTensor Of(string name, IReadOnlyList<int> shape, ReadOnlyMemory<float> values) => new(name, "F32", shape, values, default);

    public static NamedTensor Of(string name, ReadOnlyMemory<byte> values) => OfBytes(name, [values.Length], values);

    public static NamedTensor OfBytes(string name, IReadOnlyList<int> shape, ReadOnlyMemory<byte> values) => new(name, "U8", shape, default, values);

    /// <summary>Signed bytes, as their bits.</summary>
    public static NamedTensor OfSignedBytes(string name, IReadOnlyList<int> shape, ReadOnlyMemory<byte> values) => new(name, "I8", shape, default, values);

    /// <summary>Values of 16 bits, as their bytes.</summary>
    public static NamedTensor OfHalves(string name, ReadOnlyMemory<byte> values) => new(name, "F16", [values.Length / 2], default, values);

    public static NamedTensor OfLongs(string name, ReadOnlySpan<long> values) =>
        new(name, "I64", [values.Length], default, MemoryMarshal.AsBytes(values).ToArray());
}
