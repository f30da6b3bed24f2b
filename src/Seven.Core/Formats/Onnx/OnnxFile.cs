using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Seven.Formats.Onnx;

/// <summary>A tensor of an ONNX file.</summary>
/// <param name="Type">What it holds.</param>
/// <param name="Shape">Its sizes, slowest dimension first.</param>
/// <param name="Raw">Its values, as onnx.proto's <c>raw_data</c>.</param>
internal sealed record OnnxTensor(OnnxType Type, IReadOnlyList<long> Shape, ByteString Raw)
{
    public float Float(int place) => MemoryMarshal.Cast<byte, float>(Raw.Span)[place];

    public sbyte Byte(int place) => (sbyte)Raw.Span[place];

    /// <summary>Copies floats, if the tensor has as many.</summary>
    public bool TryCopyTo(float[] values)
    {
        var found = MemoryMarshal.Cast<byte, float>(Raw.Span);
        if (Type != OnnxType.Float || found.Length != values.Length)
            return false;
        found.CopyTo(values);
        return true;
    }

    /// <summary>Whether there is a value for each place of the shape.</summary>
    public bool IsWhole()
    {
        long size = Type switch { OnnxType.Float or OnnxType.Int32 => sizeof(float), OnnxType.Int64 => sizeof(long), _ => 1 };
        foreach (long length in Shape)
        {
            if (length < 0 || (length > 0 && size > Raw.Length / length))
                return false;
            size *= length;
        }

        return size == Raw.Length;
    }
}

/// <summary>The tensors and the metadata of an ONNX file; its nodes are skipped.</summary>
internal sealed class OnnxFile
{
    private const int Graph = 7;
    private const int Metadatum = 14;
    private const int Initializer = 5;

    private readonly string _path;

    private OnnxFile(string path, Dictionary<string, OnnxTensor> tensors, Dictionary<string, string> metadata) => (_path, Tensors, Metadata) = (path, tensors, metadata);

    public IReadOnlyDictionary<string, OnnxTensor> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static OnnxFile Read(string path)
    {
        var (tensors, metadata) = (new Dictionary<string, OnnxTensor>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        var file = new OnnxFile(path, tensors, metadata);
        try
        {
            using var stream = File.OpenRead(path);
            using var model = CodedInputStream.CreateWithLimits(stream, sizeLimit: int.MaxValue, recursionLimit: 8);
            Each(model, Graph, graph => Each(graph.CreateCodedInput(), Initializer, bytes => Add(TensorOf(bytes))), Metadatum, bytes =>
            {
                var (key, value) = TextsOf(bytes);
                metadata[key] = value;
            });
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException($"{path} is no ONNX file: {exception.Message}", exception);
        }

        return file;

        void Add((string Name, OnnxTensor Tensor) found)
        {
            if (!found.Tensor.IsWhole())
                throw file.Error($"tensor '{found.Name}' has {found.Tensor.Raw.Length} bytes, which do not fit its shape [{string.Join(" × ", found.Tensor.Shape)}].");
            if (!tensors.TryAdd(found.Name, found.Tensor))
                throw file.Error($"tensor '{found.Name}' is there twice.");
        }
    }

    /// <summary>An error about this file.</summary>
    public InvalidDataException Error(string fault) => new($"{_path} is no ONNX file of a model that can be read back: {fault}");

    private static (string Name, OnnxTensor Tensor) TensorOf(ByteString bytes)
    {
        var (name, type, shape, raw) = ("", 0, new List<long>(), ByteString.Empty);
        using var input = bytes.CreateCodedInput();
        while (input.ReadTag() is > 0 and var tag)
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (1, WireFormat.WireType.Varint):
                    shape.Add(input.ReadInt64());
                    break;
                case (2, WireFormat.WireType.Varint):
                    type = input.ReadInt32();
                    break;
                case (8, WireFormat.WireType.LengthDelimited):
                    name = input.ReadString();
                    break;
                case (9, WireFormat.WireType.LengthDelimited):
                    raw = input.ReadBytes();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }

        return (name, new OnnxTensor((OnnxType)type, shape, raw));
    }

    private static (string Key, string Value) TextsOf(ByteString bytes)
    {
        var (key, value) = ("", "");
        using var input = bytes.CreateCodedInput();
        while (input.ReadTag() is > 0 and var tag)
            if (tag == WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited))
                key = input.ReadString();
            else if (tag == WireFormat.MakeTag(2, WireFormat.WireType.LengthDelimited))
                value = input.ReadString();
            else
                input.SkipLastField();
        return (key, value);
    }

    /// <summary>Calls an action for each message in a field, and perhaps one for another field.</summary>
    private static void Each(CodedInputStream input, int field, Action<ByteString> action, int otherField = 0, Action<ByteString>? other = null)
    {
        while (input.ReadTag() is > 0 and var tag)
        {
            bool isMessage = WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited;
            int number = WireFormat.GetTagFieldNumber(tag);
            if (isMessage && number == field)
                action(input.ReadBytes());
            else if (isMessage && number == otherField)
                other!(input.ReadBytes());
            else
                input.SkipLastField();
        }
    }
}
